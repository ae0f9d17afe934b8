// SPDX-License-Identifier: PostgreSQL
//
// The protocol by which calls share calendars (docs/design.md, "Locks and sequences"): what a call reads and when, in
// which order it locks, and what it proves before it writes or answers. Each step names its code, and that code names
// the step. docs/reliability.md says what is proved; the scenarios are at the end, and `check` runs them.
//
// The tables hold what is committed. No other session sees a transaction's writes earlier, so they are one step, its
// commit. Before it, others see only the locks on the calendars' rows (jb_calendar_lock), and whether such a row has
// been updated. A calendar's settings are in a row of their own (jb_calendar), which nobody locks.
//
// With -DBREAK_* the model lacks something that the protocol relies on. Each such defect must be noticed.

#define MOST_AHEAD 2  // how often a call plans ahead of its locks; the code's number is larger, the steps are the same
#define CALENDARS 2
#define SLOTS 2
#define EVENTS 6
#define ALL 3
#define BIT(i) (1 << (i))
#define CLAIM(calendar, slot) ((calendar) * SLOTS + (slot))
#define IS_ONE(set) ((set) == 1 || (set) == 2)

// Status of an event.
#define NONE 0
#define SCHEDULED 1
#define HELD 2
#define WAITING 3
#define EXPIRED 4
#define CANCELLED 5
#define IS_CLAIMING(event) (event.status == SCHEDULED || event.status == HELD)

// Kinds of calls.
#define FIX 1      /* jb_schedule at a time; displaces automatic events */
#define FIT 2      /* jb_schedule without one; waits if there is none */
#define TRY 3      /* the same, rejected if there is none */
#define HOLD 4     /* the same, held */
#define CONFIRM 5  /* jb_confirm */
#define CANCEL 6   /* jb_cancel */
#define MOVE 7     /* jb_reschedule to a time, and perhaps to other calendars */
#define TEND 8     /* jb_expire of one calendar */
#define ANY 9      /* jb_schedule on one of several calendars, of which it prefers the one numbered by its slot */

typedef Calendar {
  byte holder;   // the call that has locked or updated the row; 0 if none
  bool updated;  // the holder has updated it
  byte version;  // version of the committed row
  byte seq;      // change_seq: the number of recorded changes
  byte settings  // jb_calendar: version of the committed settings
};
typedef Event { byte status; bool fixed; byte slot; byte on };

Calendar calendar[CALENDARS];
Event event[EVENTS];
byte claim[CALENDARS * SLOTS];  // event + 1, or 0
bool late;                      // the deadlines of all holds have passed
bool agenda;                    // the launcher knows of a deadline; false once a visit has begun
byte under_way;                 // number of calls under way

// Only for the properties: the calls that have found their time taken at some moment since they began.
#define CALLS 5
bool was_taken[CALLS];
byte wish_kind[CALLS];
byte wish_event[CALLS];
byte wish_on[CALLS];
byte wish_slot[CALLS];

// Scratch: no value survives a step. The names have more than one letter, since pan uses those of one.
hidden byte cal, ev, nth, other, place, who;
hidden byte found, displaced, freed, had, more;
hidden byte is_free, is_taken, instead;

// Whether the wish of call `w` has no place in the committed state; `has_ended` says that the holds have ended.
inline look_whether_taken(w, has_ended) {
  is_taken = false;
  if
  :: wish_kind[w] == FIX || wish_kind[w] == MOVE ->
     for (cal : 0 .. CALENDARS - 1) {
       other = claim[CLAIM(cal, wish_slot[w])];
       if
       :: (wish_on[w] & BIT(cal)) && other && other - 1 != wish_event[w] ->
          is_taken = is_taken || (event[other - 1].status == HELD && !has_ended) ||
                     (event[other - 1].status == SCHEDULED && event[other - 1].fixed)
       :: else
       fi
     }
  :: wish_kind[w] == TRY || wish_kind[w] == HOLD ->
     is_taken = true;
     for (place : 0 .. SLOTS - 1) {
       is_free = true;
       for (cal : 0 .. CALENDARS - 1) {
         other = claim[CLAIM(cal, place)];
         is_free = is_free && !((wish_on[w] & BIT(cal)) && other && !(event[other - 1].status == HELD && has_ended))
       }
       is_taken = is_taken && !is_free
     }
  :: wish_kind[w] == ANY ->
     is_taken = true;
     for (nth : 0 .. CALENDARS * SLOTS - 1) {
       other = claim[nth];
       is_taken = is_taken && other && !(event[other - 1].status == HELD && has_ended)
     }
  :: wish_kind[w] == CONFIRM -> is_taken = event[wish_event[w]].status == EXPIRED || has_ended
  :: else
  fi;
  other = 0
}

inline tell_all_calls() {
  for (who : 0 .. CALLS - 1) {
    look_whether_taken(who, late);
    was_taken[who] = was_taken[who] || is_taken
  }
}

// Property: a waiting event was tried when time opened, so no place for it is open.
inline check_waiting() {
  for (ev : 0 .. EVENTS - 1) {
    if
    :: event[ev].status == WAITING ->
       for (place : 0 .. SLOTS - 1) {
         is_free = true;
         for (cal : 0 .. CALENDARS - 1) {
           is_free = is_free && !((event[ev].on & BIT(cal)) && claim[CLAIM(cal, place)])
         }
         assert(!is_free)
       }
    :: else
    fi
  }
}

inline read_events() {
  for (ev : 0 .. EVENTS - 1) {
    plan[ev].status = event[ev].status;
    plan[ev].fixed = event[ev].fixed;
    plan[ev].slot = event[ev].slot;
    plan[ev].on = event[ev].on
  }
}

inline read_claims() {
  for (nth : 0 .. CALENDARS * SLOTS - 1) { claimed[nth] = claim[nth] }
}

inline read_row(which) {
  version[which] = calendar[which].version;
  seq[which] = calendar[which].seq
}

inline read_settings(these) {
  for (cal : 0 .. CALENDARS - 1) { settings[cal] = ((these) & BIT(cal) -> calendar[cal].settings : settings[cal]) }
}

// Property: a call decides by the settings that hold then.
inline check_settings() {
  for (cal : 0 .. CALENDARS - 1) { assert(!(have & BIT(cal)) || settings[cal] == calendar[cal].settings) }
}

// Parts of a plan. Property: the claims of an event are where the event is (start_now and set_aside rely on this).
inline vacate(which) {
  freed = 0;
  for (cal : 0 .. CALENDARS - 1) {
    for (place : 0 .. SLOTS - 1) {
      assert((claimed[CLAIM(cal, place)] == which + 1) ==
             (IS_CLAIMING(plan[which]) && (plan[which].on & BIT(cal)) && plan[which].slot == place));
      if
      :: claimed[CLAIM(cal, place)] == which + 1 ->
         claimed[CLAIM(cal, place)] = 0;
         freed = freed | BIT(CLAIM(cal, place))
      :: else
      fi
    }
  }
}

inline occupy(which) {
  for (cal : 0 .. CALENDARS - 1) {
    if
    :: plan[which].on & BIT(cal) -> claimed[CLAIM(cal, plan[which].slot)] = which + 1
    :: else
    fi
  }
}

// Timeline::first_fit. Result: SLOTS if there is no fit.
inline first_fit(on_these) {
  found = SLOTS;
  for (place : 0 .. SLOTS - 1) {
    is_free = true;
    for (cal : 0 .. CALENDARS - 1) { is_free = is_free && !(((on_these) & BIT(cal)) && claimed[CLAIM(cal, place)]) }
    if
    :: is_free && found == SLOTS -> found = place
    :: else
    fi
  }
}

// The calendar that an event prefers, and then the other one.
#define IN_TURN(preferred, cal) (((preferred) + (cal)) % CALENDARS)

// choose (core/scheduling/choice.cpp): the earliest place on any calendar. Result: as first_fit, and the calendar.
inline choose(preferred) {
  found = SLOTS;
  for (place : 0 .. SLOTS - 1) {
    for (cal : 0 .. CALENDARS - 1) {
      if
      :: found == SLOTS && !claimed[CLAIM(IN_TURN(preferred, cal), place)] ->
         found = place;
         more = IN_TURN(preferred, cal)
      :: else
      fi
    }
  }
}

// A plan under locks requests the missing calendars, and decides nothing more. A plan on a snapshot adds each calendar
// that it needs (Plan::Reach).
#define HAS_ALL (ahead || (need & ~have) == 0)
#define KNOWN (have | need)

// Plan::need, and end_holds (core/scheduling/due.cpp): the due holds of a calendar end when the plan adds the calendar.
// The other calendars of such a hold are added too, and the holds there are due at the same moment.
inline come_to_know(these) {
  need = need | (these);
  for (nth : 1 .. CALENDARS) {
    for (ev : 0 .. EVENTS - 1) {
      need = need | (HAS_ALL && now_late && plan[ev].status == HELD && (plan[ev].on & KNOWN) -> plan[ev].on : 0)
    }
  }
  for (ev : 0 .. EVENTS - 1) {
    if
    :: HAS_ALL && now_late && plan[ev].status == HELD && (plan[ev].on & KNOWN) ->
       vacate(ev);
       plan[ev].status = EXPIRED;
       opened = opened | freed;
       dirty = dirty | BIT(ev)
    :: else
    fi
  }
}

// place_fixed, book or rebook, and place_displaced (core/scheduling/place.cpp)
inline place_at(which, set, at) {
  displaced = 0;
  for (cal : 0 .. CALENDARS - 1) {
    if
    :: (set & BIT(cal)) && claimed[CLAIM(cal, at)] ->
       other = claimed[CLAIM(cal, at)] - 1;
       if
       :: plan[other].fixed || plan[other].status == HELD -> rejected = true
       :: else -> displaced = displaced | BIT(other)
       fi
    :: else
    fi
  }
  more = 0;
  for (ev : 0 .. EVENTS - 1) { more = more | (!rejected && (displaced & BIT(ev)) -> plan[ev].on : 0) }
  come_to_know(more);
  if
  :: HAS_ALL && !rejected ->
     for (ev : 0 .. EVENTS - 1) {
       if
       :: displaced & BIT(ev) ->
          vacate(ev);
          opened = opened | freed
       :: else
       fi
     }
     plan[which].status = SCHEDULED;
     plan[which].fixed = true;
     plan[which].slot = at;
     plan[which].on = set;
     occupy(which);
     dirty = dirty | BIT(which) | displaced;
     for (ev : 0 .. EVENTS - 1) {
       if
       :: displaced & BIT(ev) ->
          first_fit(plan[ev].on);
          if
          :: found < SLOTS ->
             plan[ev].slot = found;
             occupy(ev)
          :: else -> plan[ev].status = WAITING
          fi
       :: else
       fi
     }
  :: else
  fi
}

// The work of the call (Scheduler::schedule, update, tend)
inline work(kind, which, set, at) {
  if
  :: kind == FIX -> place_at(which, set, at)
  :: kind == FIT || kind == TRY || kind == HOLD ->
     first_fit(set);
     if
     :: found < SLOTS ->
        plan[which].status = (kind == HOLD -> HELD : SCHEDULED);
        plan[which].slot = found;
        plan[which].on = set;
        occupy(which);
        dirty = dirty | BIT(which)
     :: found == SLOTS && kind == FIT ->
        plan[which].status = WAITING;
        plan[which].on = set;
        dirty = dirty | BIT(which)
     :: else -> rejected = true
     fi
  :: kind == ANY ->
     choose(at);
     if
     :: found < SLOTS ->
        plan[which].status = SCHEDULED;
        plan[which].slot = found;
        plan[which].on = BIT(more);
        occupy(which);
        dirty = dirty | BIT(which)
     :: else -> rejected = true
     fi
  :: kind == CONFIRM ->
     if
     :: plan[which].status == HELD ->
        plan[which].status = SCHEDULED;
        plan[which].fixed = true;
        dirty = dirty | BIT(which)
     :: plan[which].status == EXPIRED -> rejected = true
     :: else
     fi
  :: kind == CANCEL && (IS_CLAIMING(plan[which]) || plan[which].status == WAITING) ->
     vacate(which);
     opened = opened | freed;
     plan[which].status = CANCELLED;
     dirty = dirty | BIT(which)
  :: kind == MOVE && (IS_CLAIMING(plan[which]) || plan[which].status == WAITING) ->
     come_to_know(set);
     if
     :: HAS_ALL ->
        vacate(which);
        had = freed;
        place_at(which, set, at);
        if
        :: HAS_ALL && !rejected -> opened = opened | had
        :: HAS_ALL && rejected && had -> occupy(which)
        :: else
        fi
     :: else
     fi
  :: else
  fi
}

// tend_waiting (core/scheduling/due.cpp): tries the waiting events that the opened time could place. It adds these
// events' other calendars to the plan, but no other event's.
inline tend_waiting() {
#ifdef BREAK_TENDING
  skip
#else
  do
  :: HAS_ALL && opened ->
     had = opened;
     opened = 0;
     for (who : 0 .. EVENTS - 1) {
       is_free = false;  // whether the event could use the time (WaitingInTurn::could_use)
       for (nth : 0 .. CALENDARS * SLOTS - 1) {
         is_free = is_free || ((had & BIT(nth)) && (plan[who].on & BIT(nth / SLOTS)) && !claimed[nth])
       }
       if
       :: HAS_ALL && plan[who].status == WAITING && is_free ->
#ifdef BREAK_HOP
          first_fit(plan[who].on);
          more = (found < SLOTS -> plan[who].on : 0);
          come_to_know(more);
#else
          come_to_know(plan[who].on);
#endif
          first_fit(plan[who].on);
          if
          :: HAS_ALL && found < SLOTS ->
             plan[who].status = SCHEDULED;
             plan[who].slot = found;
             occupy(who);
             dirty = dirty | BIT(who)
          :: else
          fi
       :: else
       fi
     }
  :: else -> break
  od
#endif
}

// Step plan (Scheduler::run_ahead, Scheduler::run_locked): the due holds, the work, the waiting events. Nothing is
// written. A plan under locks uses what it sees of other calendars only to decide which of them to request.
inline make_plan(kind, which, set, at) {
  instead = false;
  only_read = (kind == ANY -> ALL : 0);
  come_to_know(have);
  if
  :: HAS_ALL && (kind == CONFIRM || kind == CANCEL || kind == MOVE) ->  // Plan::subject
     come_to_know(plan[which].on);
     instead = !HAS_ALL
  :: else
  fi;
  if :: HAS_ALL -> work(kind, which, set, at) :: else fi;
  if :: HAS_ALL -> tend_waiting() :: else fi;
  for (ev : 0 .. EVENTS - 1) {  // Plan::only_read
    only_read = (dirty & BIT(ev) -> only_read & ~(plan[ev].on | event[ev].on) : only_read)
  }
  not_locked = !HAS_ALL;
  dirty = (not_locked -> 0 : dirty);
  have = (instead -> plan[which].on : KNOWN)
}

// Step commit: from now on every session sees what was planned, and the locks are gone.
inline commit() {
  // Property: a call that locks in order, and may have waited, decides by the clock as of its locks.
  assert(now_late || !late_when_locked);
  for (nth : 0 .. CALENDARS * SLOTS - 1) {  // Writes::unclaimed first
    if
    :: claim[nth] && (dirty & BIT(claim[nth] - 1)) -> claim[nth] = 0
    :: else
    fi
  }
  for (ev : 0 .. EVENTS - 1) {
    if
    :: dirty & BIT(ev) ->
       for (cal : 0 .. CALENDARS - 1) {
         if
         :: (event[ev].on | plan[ev].on) & BIT(cal) ->
            // Property: a change is made under its calendar's lock, and its number follows that of the last change.
            assert(calendar[cal].holder == me);
            assert(seq[cal] == calendar[cal].seq);
            seq[cal]++;
            calendar[cal].seq++
         :: else
         fi;
         if
         :: IS_CLAIMING(plan[ev]) && (plan[ev].on & BIT(cal)) ->
            // Property: no two events claim the same time. The exclusion constraint would raise 23P01.
            assert(claim[CLAIM(cal, plan[ev].slot)] == 0);
            claim[CLAIM(cal, plan[ev].slot)] = ev + 1
         :: else
         fi
       }
       event[ev].status = plan[ev].status;
       event[ev].fixed = plan[ev].fixed;
       event[ev].slot = plan[ev].slot;
       event[ev].on = plan[ev].on
    :: else
    fi
  }
  for (cal : 0 .. CALENDARS - 1) {
    if
    :: calendar[cal].updated && calendar[cal].holder == me ->
#ifndef BREAK_TOUCH
       calendar[cal].version++;
#endif
       calendar[cal].updated = false
    :: else
    fi
  }
  tell_due();
  give_back();
  check_waiting();
  tell_all_calls()
}

// Step settle (PgStore::settle): updates the rows of the calendars with a change.
inline settle() {
  for (ev : 0 .. EVENTS - 1) {
    for (cal : 0 .. CALENDARS - 1) {
      if
      :: (dirty & BIT(ev)) && ((plan[ev].on | event[ev].on) & BIT(cal)) -> calendar[cal].updated = true
      :: else
      fi
    }
  }
}

inline give_back() {
  for (cal : 0 .. CALENDARS - 1) {
    if
    :: calendar[cal].holder == me -> calendar[cal].holder = 0
    :: else
    fi
  }
}

// PgStore::falls_due: the launcher is notified when the transaction commits.
inline tell_due() {
#ifdef BREAK_AGENDA
  skip
#else
  for (ev : 0 .. EVENTS - 1) {
    agenda = agenda || (plan[ev].status == HELD && (dirty & BIT(ev)))
  }
#endif
}

// Property: a rejection is true when it is decided, by the call's now, and was true at a moment since the call began; a
// confirmation in time is not rejected.
inline decide() {
  check_settings();
  look_whether_taken(me - 1, now_late);
  is_true = is_taken || !rejected
}

inline answer(kind) {
  assert(is_true);
  assert(!rejected || was_taken[me - 1]);
  assert(!rejected || kind != CONFIRM || now_late)
}

// Reduces the plan to what is proved and written.
inline keep_writes() {
  for (ev : 0 .. EVENTS - 1) {
    if
    :: dirty & BIT(ev)
    :: else -> plan[ev].status = 0; plan[ev].fixed = 0; plan[ev].slot = 0; plan[ev].on = 0
    fi
  }
  for (nth : 0 .. CALENDARS * SLOTS - 1) { claimed[nth] = 0 }
  for (cal : 0 .. CALENDARS - 1) {
    version[cal] = (have & BIT(cal) -> version[cal] : 0);
    seq[cal] = (have & BIT(cal) -> seq[cal] : 0);
    settings[cal] = (have & BIT(cal) -> settings[cal] : 0)
  }
  need = 0
}

inline forget_plan() {
  dirty = 0;
  keep_writes();
  for (cal : 0 .. CALENDARS - 1) { version[cal] = 0; seq[cal] = 0; settings[cal] = 0 }
  opened = 0; only_read = 0; rejected = false; now_late = false; late_when_locked = false;
  ahead = false; not_locked = false; as_read = false; is_true = false; next = 0
}

// Table::is_current: whether the row is still the version that was read, and nobody has updated it.
#define IS_CURRENT(which) (version[which] == calendar[which].version && !calendar[which].updated)

// The calendars that a plan knows: the first, the last, or both.
#define FIRST_KNOWN (have & 1 -> 0 : 1)
#define IS_KNOWN(which) ((which) < CALENDARS && (have & BIT(which)))

#ifdef BREAK_LOCK
#define IS_FREE(which) true
#else
#define IS_FREE(which) (calendar[which].holder == 0 || calendar[which].holder == me)
#endif

#ifdef BREAK_ORDER
#define IN_ORDER(which) (me % 2 -> (which) : CALENDARS - 1 - (which))
#else
#define IN_ORDER(which) (which)
#endif
#ifdef BREAK_ORDER_AHEAD
#define IN_ORDER_AHEAD(which) (have == ALL && me % 2 == 0 -> CALENDARS - 1 - (which) : (which))
#else
#define IN_ORDER_AHEAD(which) (which)
#endif

// For an answer that writes nothing.
inline prove(kind) {
  next = FIRST_KNOWN;
  do
  :: IS_KNOWN(next) && as_read ->
     // Step prove (PgStore::is_as_read): checks one calendar after the other for changes since it was read. The answer
     // is as of the first look: a row found unchanged later was also unchanged then.
     d_step {
       if
       :: next == FIRST_KNOWN -> decide()
       :: else
       fi;
#ifdef BREAK_PROOF
       as_read = true;
#else
       as_read = IS_CURRENT(next);
#endif
       next++
     }
  :: else -> break
  od;
  skip;
  d_step {
    if
    :: as_read ->
       answer(kind);
       done = true
    :: else
    fi
  }
}

// For a plan that knows one calendar.
inline take_as_read(kind) {
  next = FIRST_KNOWN;
  // Step look at the holder (Table::try_update, is_current, is_held_by_others)
  if
#ifdef BREAK_VERSION
  :: calendar[next].holder != 0
#else
  :: calendar[next].holder != 0 || version[next] != calendar[next].version
#endif
  :: else ->
     // Step take as read (Table::try_update, table_tuple_update): waits for a transaction that came in between, and
     // gives up if that transaction changed the row.
     atomic { IS_FREE(next) ->
       if
#ifdef BREAK_VERSION
       :: true ->
#else
       :: version[next] == calendar[next].version ->
#endif
          calendar[next].holder = me;
          calendar[next].updated = true
       :: else
       fi
     }
     if
     :: calendar[next].holder == me -> d_step { decide(); answer(kind); commit(); done = true }
     :: else
     fi
  fi
}

// Before a plan that is to choose again: locks what the last one would have written, and waits for it.
inline lock_ahead() {
  next = 0;
  do
  :: next == CALENDARS -> break
  :: next < CALENDARS && !(lock_first & BIT(next)) -> next++
  :: next < CALENDARS && (lock_first & BIT(next)) ->
     // Step lock ahead (PgStore::lock_ahead)
     atomic { IS_FREE(next) ->
       calendar[next].holder = me;
       late_when_locked = late;
       next++
     }
  od;
  skip;
  d_step {
    for (cal : 0 .. CALENDARS - 1) { waited_for[cal] = (lock_first -> calendar[cal].version : 0) }
    next = 0
  }
}

// For a plan that has chosen among calendars, or whose call has waited already: locks those that it writes, and waits for
// none.
inline take_chosen(kind) {
  next = 0;
  do
  :: next == CALENDARS || !as_read -> break
  :: next < CALENDARS && as_read && !(BIT(next) & have & ~only_read) -> next++
  :: next < CALENDARS && as_read && (BIT(next) & have & ~only_read) ->
     // Step take without waiting (Table::try_lock; Table::try_update, where nothing is locked yet)
     d_step {
       as_read = version[next] == calendar[next].version && (calendar[next].holder == 0 || calendar[next].holder == me);
       if
       :: as_read -> calendar[next].holder = me
       :: else
       fi;
       next++
     }
  od;
  skip;
  d_step {
    as_read = as_read && (now_late == late || IS_ONE(have & ~only_read));
    lock_first = (as_read -> 0 : have & ~only_read);
    if
    :: as_read ->
       // Property: a call that has waited for a calendar chooses by all that was committed until then.
       for (cal : 0 .. CALENDARS - 1) { assert(version[cal] >= waited_for[cal]) }
       settle()
    :: else -> give_back()
    fi
  }
  if
  :: as_read ->
     d_step {
       is_true = true;  // as of when it was read
       answer(kind);
       commit();
       done = true
     }
  :: else
  fi
}

// For a plan that knows several calendars: locks them all, including those that it does not change.
inline lock_as_read(kind) {
  next = FIRST_KNOWN;
  do
  :: IS_KNOWN(next) && as_read ->
     // Step lock as read (PgStore::confirm): in order, waiting for the row's holder, checks whether the row is the
     // version that was read.
     atomic { IS_FREE(IN_ORDER_AHEAD(next)) ->
       calendar[IN_ORDER_AHEAD(next)].holder = me;
       as_read = version[IN_ORDER_AHEAD(next)] == calendar[IN_ORDER_AHEAD(next)].version;
#ifdef BREAK_EACH
       is_taken = false;
       for (ev : 0 .. EVENTS - 1) {
         is_taken = is_taken || ((dirty & BIT(ev)) && ((plan[ev].on | event[ev].on) & BIT(IN_ORDER_AHEAD(next))))
       }
       as_read = as_read || !is_taken;  // the plan changes nothing on this calendar
#endif
       late_when_locked = late;
       next++
     }
  :: else -> break
  od;
  skip;
  // Step prove now (Scheduler::write_if_as_read): the plan's now must be that of the locks. If it is not, or if a row
  // has another version, all locks are given back.
  d_step {
#ifndef BREAK_NOW
    as_read = as_read && now_late == late;
#endif
    if
    :: as_read -> settle()
    :: else -> give_back()
    fi
  }
  if
  :: as_read ->
     d_step {
       decide();
       answer(kind);
       commit();
       done = true
     }
  :: else
  fi
}

// Scheduler::run_ahead
inline plan_ahead(kind, which, set, at) {
#ifndef BREAK_CHOICE
  lock_ahead();
#endif
  // Step look ahead (PgStore::read_ahead): rows, events and claims are seen in one snapshot.
  d_step {
    ahead = true;
    as_read = true;
    read_row(0);
    read_row(1);
    read_settings(ALL);
    read_events();
#ifndef BREAK_SNAPSHOT
    read_claims()
#endif
  }
#ifdef BREAK_SNAPSHOT
  d_step { read_claims() }
#endif
  d_step { now_late = late; make_plan(kind, which, set, at); keep_writes() }
#ifdef BREAK_CHOICE
  lock_ahead();
#endif
  if
  :: dirty == 0 ->
     prove(kind);
     d_step { give_back(); lock_first = 0 }
  :: dirty && only_read -> take_chosen(kind)
  :: dirty && !only_read && IS_ONE(have) -> take_as_read(kind)
#ifdef BREAK_WAIT
  :: dirty && !only_read && !IS_ONE(have) -> lock_as_read(kind)
#else
  :: dirty && !only_read && !IS_ONE(have) && !lock_first -> lock_as_read(kind)
  :: dirty && !only_read && !IS_ONE(have) && lock_first -> take_chosen(kind)
#endif
  fi;
  d_step { forget_plan() }
}

// Scheduler::run_locked
inline plan_locked(kind, which, set, at) {
  // Step lock in order (PgStore::load). The settings are read first, because their row identifies the row to lock.
  d_step { read_settings(have); next = 0 }
  do
  :: next == CALENDARS -> break
  :: next < CALENDARS ->
     if
     :: !(have & BIT(IN_ORDER(next))) -> next++
     :: else ->
        atomic { IS_FREE(IN_ORDER(next)) ->
          calendar[IN_ORDER(next)].holder = me;
          late_when_locked = late;
          next++
        }
     fi
  od;
  now_late = late;
  // Step read under the locks: no other call changes what is on these calendars.
  d_step {
#ifndef BREAK_AGAIN
    read_settings(have);  // PgStore::lock_present: again, if their row has changed since
#endif
    read_row(0); read_row(1); read_events(); read_claims(); make_plan(kind, which, set, at); keep_writes() }
  if
  :: not_locked ->
     // Step give back (the savepoint of Scheduler::run_locked): gives back all locks before requesting more.
#ifdef BREAK_GIVING_BACK
     d_step { forget_plan() }
#else
     d_step { give_back(); forget_plan() }
#endif
  :: !not_locked && dirty == 0 ->
     d_step { decide(); answer(kind) }
     d_step { give_back(); done = true; forget_plan() }
  :: !not_locked && dirty ->
     d_step { settle(); next = 0 }
     d_step { decide(); answer(kind); commit(); done = true; forget_plan() }
  fi
}

// One call: Scheduler::run. `set` are the calendars that it names.
inline call(kind, which, set, at) {
  d_step {
    have = set;
    if
    :: kind == CONFIRM || kind == CANCEL || kind == MOVE ->  // Scheduler::seen
       have = event[which].on;
       done = have == 0
    :: else
    fi;
    wish_kind[me - 1] = kind; wish_event[me - 1] = which; wish_on[me - 1] = set; wish_slot[me - 1] = at;
    look_whether_taken(me - 1, late);
    was_taken[me - 1] = is_taken
  }
  do
  :: done -> break
  :: !done && attempts < MOST_AHEAD ->
     plan_ahead(kind, which, set, at);
     attempts++;
     if
     :: !done && !lock_first -> plan_locked(kind, which, set, at)
     :: else
     fi
  :: !done && attempts == MOST_AHEAD -> plan_locked(kind, which, set, at)
  od;
  skip;
  d_step {
    wish_kind[me - 1] = 0; wish_event[me - 1] = 0; wish_on[me - 1] = 0; wish_slot[me - 1] = 0;
    was_taken[me - 1] = false;
    have = 0;
    lock_first = 0;
    attempts = 0;
    done = false
  }
}

#define STATE_OF_A_CALL \
  Event plan[EVENTS]; byte claimed[CALENDARS * SLOTS]; byte version[CALENDARS]; byte seq[CALENDARS]; \
  byte settings[CALENDARS]; \
  byte waited_for[CALENDARS]; \
  byte have, need, opened, only_read, lock_first, dirty, next, attempts; \
  bool ahead, now_late, late_when_locked, rejected, not_locked, as_read, is_true, done

proctype Call(byte me; byte kind; byte which; byte set; byte at) {
  STATE_OF_A_CALL;
  call(kind, which, set, at);
  under_way--
}

// jb_lock in a transaction that changes nothing.
proctype Lock(byte me; byte which) {
  atomic { IS_FREE(which) -> calendar[which].holder = me }
  d_step {
    calendar[which].holder = 0;
    under_way--
  }
}

// jb_calendar_set, as far as it affects others (store/calendar.cpp, lock_calendar).
proctype Set(byte me; byte which) {
  atomic { IS_FREE(which) -> calendar[which].holder = me; calendar[which].updated = true }
  d_step {
    calendar[which].settings++;
#ifndef BREAK_SETTINGS
    calendar[which].version++;
#endif
    calendar[which].updated = false;
    calendar[which].holder = 0;
    under_way--
  }
}

// The launcher and its visits (server/launcher.cpp, worker/visit.cpp)
proctype Worker(byte me) {
  STATE_OF_A_CALL;
  byte due, visited;
  do
  :: atomic { agenda && late -> agenda = false }  // the entry is removed before the visit looks
     d_step {
       due = 0;
       for (ev : 0 .. EVENTS - 1) { due = due | (event[ev].status == HELD -> event[ev].on : 0) }
     }
     do
     :: due == 0 -> break
     :: due != 0 ->
        visited = (due & 1 -> 1 : 2);
        due = due & ~visited;
        call(TEND, 0, visited, 0)
     od;
     visited = 0;
     d_step {
       for (ev : 0 .. EVENTS - 1) { agenda = agenda || event[ev].status == HELD }
     }
  :: under_way == 0 && late && !agenda -> break
  od
}

proctype Clock() { d_step { late = true; tell_all_calls() } }

inline there_is(which, its_status, is_fixed, at, set) {
  event[which].status = its_status;
  event[which].fixed = is_fixed;
  event[which].slot = at;
  event[which].on = set;
  for (cal : 0 .. CALENDARS - 1) {
    if
    :: its_status != WAITING && ((set) & BIT(cal)) -> claim[CLAIM(cal, at)] = which + 1
    :: else
    fi
  }
}

inline begin_call(number, kind, which, set, at) {
  under_way++;
  run Call(number, kind, which, set, at)
}

inline begin_lock(number, which) {
  under_way++;
  run Lock(number, which)
}

inline begin_set(number, which) {
  under_way++;
  run Set(number, which)
}

#define A 1
#define B 2

// A few calls that meet, on calendars in the given state. Each call has its own number.
init {
  atomic {
    if
    :: true ->  // two callers each open half of what one event waits for
       there_is(0, SCHEDULED, true, 0, A);
       there_is(1, SCHEDULED, true, 0, B);
       there_is(2, SCHEDULED, true, 1, ALL);
       there_is(3, WAITING, false, 0, ALL);
       begin_call(1, CANCEL, 0, 0, 0);
       begin_call(2, CANCEL, 1, 0, 0);
    :: true ->  // a deadline opens one half, a caller the other
       there_is(0, HELD, true, 0, A);
       agenda = true;
       there_is(1, SCHEDULED, true, 0, B);
       there_is(2, SCHEDULED, true, 1, ALL);
       there_is(3, WAITING, false, 0, ALL);
       begin_call(1, CANCEL, 1, 0, 0);
       run Clock();
       run Worker(5)
    :: true ->  // an event gets onto a second calendar, while others reach for its first
       begin_call(1, FIT, 0, ALL, 0);
       begin_call(2, FIX, 1, B, 0);
       begin_call(3, FIX, 2, A, 0)
    :: true ->  // many calls compete for one time
       begin_call(1, FIX, 0, A, 0);
       begin_call(2, FIX, 1, A, 0);
       begin_call(3, TRY, 2, A, 0);
       begin_call(4, FIT, 3, A, 0)
    :: true ->  // the displaced event is also on a second calendar, where another event waits
       there_is(0, SCHEDULED, false, 0, ALL);
       there_is(4, WAITING, false, 0, B);
       there_is(5, SCHEDULED, true, 1, B);
       begin_call(1, FIX, 1, A, 0);
       begin_call(2, FIX, 2, B, 0);
       begin_call(3, CANCEL, 5, 0, 0)
    :: true ->  // two displacements reach for each other's calendar, and a third call names both
       there_is(0, SCHEDULED, false, 0, ALL);
       there_is(1, SCHEDULED, false, 1, ALL);
       begin_call(1, FIX, 2, A, 0);
       begin_call(2, FIX, 3, B, 1);
       begin_call(3, TRY, 4, ALL, 0)
    :: true ->  // a hold is confirmed, or ends, while another call wants its time
       there_is(0, SCHEDULED, true, 1, A);
       begin_call(1, HOLD, 1, A, 0);
       begin_call(2, FIT, 2, A, 0);
       begin_call(3, CONFIRM, 1, 0, 0);
       run Clock();
       run Worker(5)
    :: true ->  // a hold on two calendars, with an event waiting on each
       there_is(0, HELD, false, 0, ALL);
       agenda = true;
       there_is(1, SCHEDULED, true, 1, A);
       there_is(2, WAITING, false, 0, A);
       there_is(3, SCHEDULED, true, 1, B);
       there_is(4, WAITING, false, 0, B);
       begin_call(1, CONFIRM, 0, 0, 0);
       begin_call(2, FIX, 5, B, 0);
       run Clock();
       run Worker(5)
    :: true ->  // a hold that no call decides
       begin_call(1, HOLD, 0, ALL, 0);
       run Clock();
       run Worker(5)
    :: true ->  // an event moves while others move, cancel and replace it
       there_is(0, SCHEDULED, true, 0, A);
       there_is(1, SCHEDULED, false, 1, A);
       there_is(2, SCHEDULED, false, 0, B);
       begin_call(1, MOVE, 0, B, 0);
       begin_call(2, MOVE, 0, A, 1);
       begin_call(3, CANCEL, 0, 0, 0);
       begin_call(4, TRY, 4, A, 0)
    :: true ->  // settings change while others book by them
       begin_call(1, FIX, 0, A, 0);
       begin_call(2, TRY, 1, ALL, 0);
       begin_set(3, 0)
    :: true ->  // two calls take the last two places, each preferring another calendar, and a third comes too late
       there_is(0, SCHEDULED, true, 0, A);
       there_is(1, SCHEDULED, true, 0, B);
       begin_call(1, ANY, 2, ALL, 0);
       begin_call(2, ANY, 3, ALL, 1);
       begin_call(3, ANY, 4, ALL, 0)
    :: true ->  // two calls have each waited for what they had chosen, when the end of a hold brings both calendars to each
       there_is(0, HELD, false, 1, ALL);
       agenda = true;
       begin_call(1, ANY, 2, ALL, 0);
       begin_call(2, ANY, 3, ALL, 1);
       begin_lock(3, 0);
       begin_lock(4, 1);
       run Clock();
       run Worker(5)
    :: true ->  // a call sees all places taken, while another opens one
       there_is(0, SCHEDULED, true, 0, ALL);
       there_is(1, SCHEDULED, true, 1, A);
       there_is(2, SCHEDULED, false, 1, B);
       begin_call(1, ANY, 3, ALL, 0);
       begin_call(2, CANCEL, 2, 0, 0);
       begin_call(3, MOVE, 1, B, 1)
    :: true ->  // an earlier place opens, while a call waits for the calendar that it has chosen
       there_is(0, SCHEDULED, true, 0, A);
       there_is(1, SCHEDULED, true, 0, B);
       there_is(2, SCHEDULED, true, 1, A);
       there_is(3, WAITING, false, 0, ALL);
       begin_call(1, ANY, 4, ALL, 1);
       begin_call(2, CANCEL, 0, 0, 0)
    :: true ->  // a hold ends on one calendar, and settings change on the other, while a call chooses
       there_is(0, HELD, true, 0, B);
       agenda = true;
       there_is(1, WAITING, false, 0, B);
       there_is(2, SCHEDULED, true, 1, B);
       begin_call(1, ANY, 3, ALL, 1);
       begin_set(2, 0);
       run Clock();
       run Worker(5)
    fi
  }
  // Property: every call ends (no invalid end state), and leaves behind no lock and no wrong claim.
  _nr_pr == 1;
  d_step {
    for (cal : 0 .. CALENDARS - 1) { assert(calendar[cal].holder == 0 && !calendar[cal].updated) }
    for (ev : 0 .. EVENTS - 1) {
      // Property: whatever is due is written even if no call comes.
      assert(!(late && event[ev].status == HELD));
      for (cal : 0 .. CALENDARS - 1) {
        for (place : 0 .. SLOTS - 1) {
          assert((claim[CLAIM(cal, place)] == ev + 1) ==
                 (IS_CLAIMING(event[ev]) && (event[ev].on & BIT(cal)) && event[ev].slot == place))
        }
      }
    }
  }
}
