// What this browser keeps for its reader. One that keeps nothing goes on without: what was kept is gone when the page is closed.

/** What was kept under a name; null where there is nothing, or nothing that can be read. */
export function kept<T>(name: string, storage: () => Storage = () => localStorage): T | null {
  try {
    return JSON.parse(storage().getItem(name) ?? 'null') as T | null;
  } catch {
    return null;
  }
}

/** Keeps a value under a name; null keeps nothing any more. */
export function keep(name: string, value: unknown, storage: () => Storage = () => localStorage): void {
  try {
    if (value === null) storage().removeItem(name);
    else storage().setItem(name, JSON.stringify(value));
  } catch { /* it goes on without */ }
}
