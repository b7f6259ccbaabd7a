// Takes LLVM text of code for the child process; gives its object, the one that was made before when the text is the same.
import { compileApart, type Ended } from '../llvm/apart.ts';
import { type CodegenOptions, type CodegenResult, compileText } from '../llvm/codegen.ts';

/** Bytes of objects and texts that are kept; beyond, all of them are forgotten. */
const MOST = 16 << 20;

/**
 * What a process keeps of the child's code between compilations: objects by their text and options, of which they are made and of
 * nothing else, and the linked executable of the child. No child itself: its memory is its compilation's.
 */
export class NativeStore {
  /** The child's executable, linked. */
  executable: Uint8Array | null = null;
  /** How often LLVM ran, and how often it did not have to. */
  readonly count = { compiled: 0, found: 0 };
  private readonly objects = new Map<string, CodegenResult>();
  private bytes = 0;

  /** `apart`: the text may be the end of LLVM. */
  object(text: Uint8Array | string, options: CodegenOptions, apart = false): CodegenResult | Ended {
    const latin1 = typeof text === 'string' ? text : Buffer.from(text.buffer, text.byteOffset, text.length).toString('latin1');
    const key = `${JSON.stringify(options)}\n${latin1}`;
    const known = this.objects.get(key);
    if (known !== undefined) {
      this.count.found++;
      return known;
    }
    this.count.compiled++;
    const made = apart ? compileApart(Buffer.from(latin1, 'latin1'), options) : compileText(text, options);
    if (!made.ok) return made;
    this.bytes += key.length + made.bytes.length;
    if (this.bytes > MOST) {
      this.objects.clear();
      this.bytes = key.length + made.bytes.length;
    }
    this.objects.set(key, made);
    return made;
  }
}
