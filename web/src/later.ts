// The parts that open on demand. They are loaded after the first view is drawn, which does not need them.
export { openDetails } from './details';
export { openForm } from './edit';
export { openGrants } from './grants';
export { openImport } from './import_file';
export { openPollForm } from './polls';
export { openHours } from './open_hours';
export { openSearch } from './search';
export { openSubscribe } from './subscribe';
export { openNewCalendar, openSettings } from './settings';
