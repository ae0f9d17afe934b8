// What this browser stores for its reader. The page also works in a browser that stores nothing.

/** The value stored under a name; null if there is none, or if it cannot be read. */
export function kept<T>(name: string, storage: () => Storage = () => localStorage): T | null {
  try {
    return JSON.parse(storage().getItem(name) ?? 'null') as T | null;
  } catch {
    return null;
  }
}

/** Stores a value under a name; null removes it. */
export function keep(name: string, value: unknown, storage: () => Storage = () => localStorage): void {
  try {
    if (value === null) storage().removeItem(name);
    else storage().setItem(name, JSON.stringify(value));
  } catch { /* the page works without storage */ }
}
