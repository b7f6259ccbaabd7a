// Phase times of one compilation, for --time.

export class Timing {
  private readonly rows: { name: string; ms: number }[] = [];
  private last: number;
  readonly facts: [string, string][] = [];

  constructor(private readonly now: () => number) { this.last = now(); }

  /** Ends the phase that began at the previous mark; a phase that ran in turns with others has one row. */
  mark(name: string): void {
    const t = this.now();
    const row = this.rows.find((r) => r.name === name);
    if (row === undefined) this.rows.push({ name, ms: t - this.last });
    else row.ms += t - this.last;
    this.last = t;
  }

  fact(name: string, value: string): void { this.facts.push([name, value]); }

  table(): string {
    const total = this.rows.reduce((s, r) => s + r.ms, 0);
    const lines = ['--- timing ---'];
    for (const r of this.rows) lines.push(`${r.name.padEnd(12)} ${r.ms.toFixed(2).padStart(10)} ms`);
    lines.push(`${'total'.padEnd(12)} ${total.toFixed(2).padStart(10)} ms`);
    for (const [k, v] of this.facts) lines.push(`${k.padEnd(12)} ${v}`);
    return `${lines.join('\n')}\n`;
  }
}
