// All tests of jb mcp, one after the other. Each has calendars of its own.
import './official_clients_use_every_tool.mjs';
import './refusals_say_what_to_do.mjs';
import './answers_are_bounded.mjs';
import './assistants_offer_times.mjs';
import './texts_are_data.mjs';
import './agents_may_be_narrowed.mjs';
import './broken_clients_change_nothing.mjs';
import './broken_servers_change_nothing.mjs';
import './conformance.mjs';
