// SPDX-License-Identifier: PostgreSQL
//
// The protocol by which calls share calendars (docs/design.md, "Locks and sequences"): what a call reads and when, in which
// order it locks, what it proves before it writes or answers. Each step names the code that it stands for, and that code
// names the step. docs/reliability.md says what is proved and for which scenarios; `check` runs it.
//
// The tables hold what is committed. No other session sees what a transaction has written, so its writes are one step, its
// commit. Before the commit other sessions see the locks on the calendars' rows, and whether a row has been updated.
//
// With -DBREAK_* the model lacks something that the protocol rests on. Each lack must be noticed.

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
#define FIT 2      /* jb_schedule without one; waits where there is none */
#define TRY 3      /* the same, rejected where there is none */
#define HOLD 4     /* the same, held */
#define CONFIRM 5  /* jb_confirm */
#define CANCEL 6   /* jb_cancel */
#define MOVE 7     /* jb_reschedule to a time, and perhaps to other calendars */
#define TEND 8     /* jb_expire of one calendar */

typedef Calendar {
  byte holder;   // the call that has locked or updated the row; 0: none
  bool updated;  // the holder has updated it
  byte version;  // version of the committed row
  byte seq       // change_seq: the number of recorded changes
};
typedef Event { byte status; bool fixed; byte slot; byte on };

Calendar calendar[CALENDARS];
Event event[EVENTS];
byte claim[CALENDARS * SLOTS];  // event + 1, or 0
bool late;                      // the deadline of every hold has passed
bool agenda;                    // the launcher has been told of a deadline; false once a visit has begun
byte under_way;                 // number of calls under way

// For the properties alone: which calls have found their time taken at a moment since they began.
#define CALLS 5
bool was_taken[CALLS];
byte wish_kind[CALLS];
byte wish_event[CALLS];
byte wish_on[CALLS];
byte wish_slot[CALLS];

// Scratch: no value lasts from one step to the next. The names have more than one letter, since pan uses those of one.
hidden byte cal, ev, nth, other, place;
hidden byte found, displaced, had;
hidden byte is_free, is_taken;

// Whether the wish of call `w` has no place on what is committed; `has_ended`: the holds have ended.
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
  :: wish_kind[w] == CONFIRM -> is_taken = event[wish_event[w]].status == EXPIRED || has_ended
  :: else
  fi;
  other = 0
}

inline tell_all_calls() {
  for (nth : 0 .. CALLS - 1) {
    look_whether_taken(nth, late);
    was_taken[nth] = was_taken[nth] || is_taken
  }
}

// Property: an event that waits has been looked at when time opened. So no place for it is open.
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

// Parts of a plan. Property: the claims of an event are where the event is (start_now and set_aside rely on this).
inline vacate(which) {
  for (cal : 0 .. CALENDARS - 1) {
    for (place : 0 .. SLOTS - 1) {
      assert((claimed[CLAIM(cal, place)] == which + 1) ==
             (IS_CLAIMING(plan[which]) && (plan[which].on & BIT(cal)) && plan[which].slot == place));
      if
      :: claimed[CLAIM(cal, place)] == which + 1 -> claimed[CLAIM(cal, place)] = 0
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

// Timeline::first_fit. Result: SLOTS when there is no fit.
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

// Plan::need: the plan asks for the calendars that are missing, and decides nothing more.
#define HAS_ALL ((need & ~have) == 0)

// expire_holds (core/tending)
inline expire_holds() {
  for (ev : 0 .. EVENTS - 1) {
    if
    :: HAS_ALL && now_late && plan[ev].status == HELD && (plan[ev].on & have) ->
       need = need | plan[ev].on;
       if
       :: HAS_ALL ->
          vacate(ev);
          plan[ev].status = EXPIRED;
          opened = opened | plan[ev].on;
          dirty = dirty | BIT(ev)
       :: else
       fi
    :: else
    fi
  }
}

// place_fixed, book or rebook, and place_displaced (core/booking)
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
  for (ev : 0 .. EVENTS - 1) {
    if
    :: !rejected && (displaced & BIT(ev)) -> need = need | plan[ev].on
    :: else
    fi
  }
  if
  :: HAS_ALL && !rejected ->
     for (ev : 0 .. EVENTS - 1) {
       if
       :: displaced & BIT(ev) ->
          vacate(ev);
          opened = opened | plan[ev].on
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
     if
     :: IS_CLAIMING(plan[which]) -> opened = opened | plan[which].on
     :: else
     fi;
     plan[which].status = CANCELLED;
     dirty = dirty | BIT(which)
  :: kind == MOVE && (IS_CLAIMING(plan[which]) || plan[which].status == WAITING) ->
     had = (IS_CLAIMING(plan[which]) -> plan[which].on : 0);
     need = need | set;
     if
     :: HAS_ALL ->
        vacate(which);
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

// tend_waiting (core/tending)
inline tend_waiting() {
#ifdef BREAK_TENDING
  skip
#else
  for (ev : 0 .. EVENTS - 1) {
    if
    :: HAS_ALL && plan[ev].status == WAITING && (plan[ev].on & opened) ->
       need = need | plan[ev].on;
       if
       :: HAS_ALL ->
          first_fit(plan[ev].on);
          if
          :: found < SLOTS ->
             plan[ev].status = SCHEDULED;
             plan[ev].slot = found;
             occupy(ev);
             dirty = dirty | BIT(ev)
          :: else
          fi
       :: else
       fi
    :: else
    fi
  }
#endif
}

// Step plan (Scheduler::run_ahead, Scheduler::run): expire_holds, work, tend_waiting. Nothing is written. What the plan
// sees of calendars that are not locked only tells it which calendars to ask for.
inline make_plan(kind, which, set, at) {
  need = 0; dirty = 0; opened = 0; rejected = false; instead = false;
  if
  :: kind == CONFIRM || kind == CANCEL || kind == MOVE ->  // Plan::subject
     need = plan[which].on;
     instead = !HAS_ALL
  :: else -> need = set
  fi;
  if :: HAS_ALL -> expire_holds() :: else fi;
  if :: HAS_ALL -> work(kind, which, set, at) :: else fi;
  if :: HAS_ALL -> tend_waiting() :: else fi;
  instead = instead && !HAS_ALL
}

// Step commit: from now on every session sees what was planned, and the locks are gone.
inline commit() {
  for (nth : 0 .. CALENDARS * SLOTS - 1) {  // Writes::unclaimed come first
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
            // Property: a change is made under its calendar's lock, and has the number after the last change.
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

inline give_back() {
  for (cal : 0 .. CALENDARS - 1) {
    if
    :: calendar[cal].holder == me -> calendar[cal].holder = 0
    :: else
    fi
  }
}

// PgStore::falls_due: the launcher is told when the transaction commits.
inline tell_due() {
#ifdef BREAK_AGENDA
  skip
#else
  for (ev : 0 .. EVENTS - 1) {
    agenda = agenda || (plan[ev].status == HELD && (plan[ev].on & have))
  }
#endif
}

// Property: a rejection is true when it is decided, by the call's now, and was true at a moment since the call began; a
// confirmation in time is not rejected.
inline answer(kind) {
  if
  :: rejected ->
     look_whether_taken(me - 1, now_late);
     assert(is_taken);
     assert(was_taken[me - 1]);
     assert(kind != CONFIRM || now_late)
  :: else
  fi
}

inline forget_plan() {
  for (ev : 0 .. EVENTS - 1) {
    plan[ev].status = 0; plan[ev].fixed = 0; plan[ev].slot = 0; plan[ev].on = 0
  }
  for (nth : 0 .. CALENDARS * SLOTS - 1) { claimed[nth] = 0 }
  for (cal : 0 .. CALENDARS - 1) { version[cal] = 0; seq[cal] = 0 }
  need = 0; dirty = 0; opened = 0; now_late = false
}

// One call: Scheduler::run. `set` are the calendars that it names.
inline call(kind, which, set, at) {
  d_step {
    have = set;
    done = false;
    if
    :: kind == CONFIRM || kind == CANCEL || kind == MOVE -> have = event[which].on  // Scheduler::seen
    :: else
    fi;
    wish_kind[me - 1] = kind; wish_event[me - 1] = which; wish_on[me - 1] = set; wish_slot[me - 1] = at;
    was_taken[me - 1] = false;
    look_whether_taken(me - 1, late);
    was_taken[me - 1] = is_taken
  }
  if
  :: IS_ONE(have) ->
     // Step look ahead (PgStore::read_ahead): the calendar's row, the events and the claims are seen in one snapshot.
     d_step {
       mine = (have == 1 -> 0 : 1);
       read_row(mine);
       read_events();
#ifndef BREAK_SNAPSHOT
       read_claims()
#endif
     }
#ifdef BREAK_SNAPSHOT
     d_step { read_claims() }
#endif
     now_late = late;
     d_step { make_plan(kind, which, set, at) }
     if
     :: !HAS_ALL  // NotLocked
     :: HAS_ALL && dirty == 0 ->
        // Step prove (PgStore::is_as_read): for an answer that writes nothing.
        d_step {
          if
#ifdef BREAK_PROOF
          :: true ->
#else
          :: version[mine] == calendar[mine].version && !calendar[mine].updated ->
#endif
             done = true;
             answer(kind);
             tell_due()
          :: else
          fi
        }
     :: HAS_ALL && dirty ->
        // Step look at the holder (Table::try_update, is_current, is_held_by_others)
        if
#ifdef BREAK_VERSION
        :: calendar[mine].holder != 0
#else
        :: calendar[mine].holder != 0 || version[mine] != calendar[mine].version
#endif
        :: else ->
           // Step take as read (Table::try_update, table_tuple_update): waits for a transaction that came between, and gives
           // up where that transaction changed the row.
#ifdef BREAK_LOCK
           atomic { true ->
#else
           atomic { calendar[mine].holder == 0 ->
#endif
             if
#ifdef BREAK_VERSION
             :: true ->
#else
             :: version[mine] == calendar[mine].version ->
#endif
                calendar[mine].holder = me;
                calendar[mine].updated = true
             :: else
             fi
           }
           if
           :: calendar[mine].holder == me -> d_step { answer(kind); commit(); done = true }
           :: else
           fi
        fi
     fi;
     d_step { if :: !done -> have = (HAS_ALL -> have : (instead -> need : (have | need))); instead = false :: else fi; forget_plan() }
  :: else
  fi;
  do
  :: done -> break
  :: !done ->
     // Step lock in order (PgStore::lock)
     step = 0;
     do
     :: step == CALENDARS -> break
     :: step < CALENDARS ->
#ifdef BREAK_ORDER
        next = (me % 2 -> step : CALENDARS - 1 - step);
#else
        next = step;
#endif
        if
        :: !(have & BIT(next))
        :: (have & BIT(next)) && calendar[next].holder == me
#ifdef BREAK_LOCK
        :: (have & BIT(next)) && calendar[next].holder != me -> calendar[next].holder = me
#else
        :: atomic { (have & BIT(next)) && calendar[next].holder == 0 -> calendar[next].holder = me }
#endif
        fi;
        step++
     od;
     step = 0;
     next = 0;
     now_late = late;
     // Step read under the locks: no other call changes what stands on these calendars.
     d_step { read_row(0); read_row(1); read_events(); read_claims() }
     d_step { make_plan(kind, which, set, at) }
     if
     :: !HAS_ALL ->
        // Step give back (Scope of Scheduler::run): all locks are given back before more are asked for.
#ifdef BREAK_GIVING_BACK
        d_step { have = have | need; forget_plan() }
#else
        d_step { give_back(); have = (instead -> need : (have | need)); instead = false; forget_plan() }
#endif
     :: HAS_ALL && dirty == 0 ->
        d_step { answer(kind); tell_due() }
        d_step { give_back(); done = true; forget_plan() }
     :: HAS_ALL && dirty ->
        // Step settle (PgStore::settle): updates the rows of the calendars with a change.
        d_step {
          for (ev : 0 .. EVENTS - 1) {
            for (cal : 0 .. CALENDARS - 1) {
              if
              :: (dirty & BIT(ev)) && ((plan[ev].on | event[ev].on) & BIT(cal)) -> calendar[cal].updated = true
              :: else
              fi
            }
          }
        }
        d_step { answer(kind); commit(); done = true; forget_plan() }
     fi
  od;
  skip;
  d_step { wish_kind[me - 1] = 0; wish_event[me - 1] = 0; wish_on[me - 1] = 0; wish_slot[me - 1] = 0; was_taken[me - 1] = false; have = 0; rejected = false; done = false }
}

#define STATE_OF_A_CALL \
  Event plan[EVENTS]; byte claimed[CALENDARS * SLOTS]; byte version[CALENDARS]; byte seq[CALENDARS]; \
  byte have, need, opened, dirty, mine, step, next; bool now_late, rejected, instead, done

proctype Call(byte me; byte kind; byte which; byte set; byte at) {
  STATE_OF_A_CALL;
  call(kind, which, set, at);
  under_way--
}

// The launcher and its visits (worker/launcher.cpp, worker/visit.cpp)
proctype Worker(byte me) {
  STATE_OF_A_CALL;
  byte due, visited;
  do
  :: atomic { agenda && late -> agenda = false }  // the entry is taken off before the visit looks
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

#define A 1
#define B 2

// A few calls that meet, on calendars in the given state. Each call has a number of its own.
init {
  atomic {
    if
    :: true ->  // many calls want one time
       begin_call(1, FIX, 0, A, 0);
       begin_call(2, FIX, 1, A, 0);
       begin_call(3, TRY, 2, A, 0);
       begin_call(4, FIT, 3, A, 0)
    :: true ->  // the displaced event stands on a second calendar too, where another event waits
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
    :: true ->  // a hold is confirmed, or ends, while its time is wanted
       there_is(0, SCHEDULED, true, 1, A);
       begin_call(1, HOLD, 1, A, 0);
       begin_call(2, FIT, 2, A, 0);
       begin_call(3, CONFIRM, 1, 0, 0);
       run Clock();
       run Worker(5)
    :: true ->  // a hold on two calendars, and an event waits on each of them
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
    fi
  }
  // Property: every call ends (no invalid end state). Then no lock and no wrong claim is left behind.
  _nr_pr == 1;
  d_step {
    for (cal : 0 .. CALENDARS - 1) { assert(calendar[cal].holder == 0 && !calendar[cal].updated) }
    for (ev : 0 .. EVENTS - 1) {
      // Property: what is due is written although no call comes.
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
