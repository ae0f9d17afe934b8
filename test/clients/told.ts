// Each generated client tries a booking out, books, reads what was booked, and tries a cancellation out. It tells a dry run from
// an event by type alone.
export const wish = { event_name: 'Generated', duration: 1800, metadata: { order: 'A-17', lines: [{ item: 'desk', count: 2 }] } };

export type Told = { tried: string; booked: number; metadata: Record<string, unknown> | null; cancelled: string };
