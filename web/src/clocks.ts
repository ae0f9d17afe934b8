// Tells of time zone data here that differ from the server's: a zone's rules change, and a browser may be older or newer than the server.
import { say } from './language';
import { notice } from './notice';
import { wallOf } from './zone';

const told = new Set<string>();

/** Tells, once for a zone, if its clock has another time here than in the server's answer. `timestamp` has the zone's offset, as the server writes it. */
export function compareClocks(timestamp: string | null, zone: string): void {
  if (!timestamp || told.has(zone) || wallOf(timestamp, zone) === timestamp.slice(0, 19)) return;
  told.add(zone);
  notice(say('This browser and the server disagree about the clock of {zone}: some times shown here are wrong. One of the two has old time zone data.', { zone }), 'bad');
}
