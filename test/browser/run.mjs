// All promises of the pages, one after the other in one browser. node --test-name-pattern=WORDS run.mjs runs only promises
// whose names hold the words.
import { after, before } from 'node:test';
import { close, open, setClock, NOW } from './stage.mjs';

before(async () => {
  setClock(NOW);
  await open();
});
after(close);

for (const promise of ['the_week_is_shown', 'the_month_is_shown', 'bookings_are_made', 'attendees_are_kept_free', 'a_time_for_all_is_found', 'events_are_moved', 'a_series_goes_as_chosen', 'events_are_found', 'files_come_in', 'news_arrives', 'requests_are_answered', 'hours_are_painted', 'calendars_are_set', 'only_who_may', 'any_screen_will_do', 'keys_are_enough', 'a_secretarys_day', 'a_finger_is_enough', 'news_is_notified', 'it_is_kept_on_a_phone', 'the_first_event_is_soon', 'nine_people_find_their_hour', 'polls_are_listed', 'links_that_go_wrong', 'a_client_books_a_time', 'each_in_their_language', 'a_generated_client_books'])
  await import(`./${promise}.mjs`);
