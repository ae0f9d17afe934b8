// Which rejections the reader has done with. It is the reader's own list, kept in this browser: a rejection is a record for all
// callers, and stays one.

const key = 'jb.dismissed', most = 500;

function stored(): number[] {
  try {
    const ids: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'number') : [];
  } catch {
    return []; // nothing can be kept here, or what was kept cannot be read
  }
}

export class Dismissed {
  #ids = new Set(stored());

  has(id: number): boolean { return this.#ids.has(id); }

  /** With null nothing is dismissed any more. */
  add(ids: number[] | null): void {
    this.#ids = new Set(ids ? [...this.#ids, ...ids].sort((one, other) => one - other).slice(-most) : []);
    try {
      localStorage.setItem(key, JSON.stringify([...this.#ids]));
    } catch { /* it holds until the page is closed */ }
  }
}
