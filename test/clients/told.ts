// Each generated client makes a dry run of a booking, books, reads the booking, and makes a dry run of a cancellation.
// It distinguishes a dry run from an event by type alone.
export const wish = { event_name: 'Generated', duration: 1800, metadata: { order: 'A-17', lines: [{ item: 'desk', count: 2 }] } };

export type Told = { tried: string; booked: number; metadata: Record<string, unknown> | null; cancelled: string };
