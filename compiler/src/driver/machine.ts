// Takes what a compilation is asked to do; gives the processor and the features that LLVM generates code for.
import { hostCpu } from '../llvm/codegen.ts';
import { type CompileOptions, cpuFor, featuresFor } from './options.ts';

export function machineOf(o: CompileOptions): { readonly cpu: string; readonly features: string } {
  const machine = o.cpu === 'native' ? hostCpu() : { cpu: cpuFor(o.triple, o.cpu), features: '' };
  return { cpu: machine.cpu, features: featuresFor(o.triple, machine.features, o.features) };
}
