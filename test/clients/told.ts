// What every client is to find out: it tries a booking, books, reads what was booked, and tries to cancel it. Dry runs are told
// from events by their types alone.
export const wish = { event_name: 'Generated', duration: 1800, metadata: { order: 'A-17', lines: [{ item: 'desk', count: 2 }] } };

export type Told = { tried: string; booked: number; metadata: Record<string, unknown> | null; cancelled: string };
