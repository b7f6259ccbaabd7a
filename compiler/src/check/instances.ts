// What was made of one declaration, by its compile-time arguments as text; '' for none. Most declarations have no parameters and need no table.

export class Instances<T> {
  private plain: T | undefined = undefined;
  private keyed: Map<string, T> | null = null;

  get(key: string): T | undefined { return key === '' ? this.plain : this.keyed?.get(key); }

  set(key: string, made: T): void {
    if (key === '') this.plain = made;
    else (this.keyed ??= new Map()).set(key, made);
  }
}
