// Package state holds the words of the office and what is remembered of them: weeks and
// working days, money, the roster, what departments submitted, what was found, which
// letters left. It imports the standard library only; every other room imports it.
//
// When things are due: week.go, month.go, calendar.go, schedule.go, plan.go (a whole year).
//
// What is reported by whom: money.go, form.go, roster.go, succession.go (departments that were
// merged or renamed), nearest.go (names nearly right).
//
// What came: cursor.go, submission.go, extra.go, finding.go, explanation.go, contact.go; deptweek.go
// (where a department stands), past.go (a project's earlier weeks), hand.go (what the office
// decided beside it), exempt.go (what need not report).
//
// What leaders read: facts.go, summarise.go and digest.go, light.go, readers.go. What is kept
// beyond a week: issue.go, ledger.go, ledger_enter.go and ask.go (what departments ask for, and
// what became of it), order.go (what leaders ask for); ledgers.go, visit.go, permit.go, milestone.go and score.go with
// score_complete.go, score_month.go and score_reason.go.
//
// What is sent, and what only the office may decide: letter.go, filed.go (what had left before a
// restore), attention.go, ailment.go,
// terms.go; hold.go, proposal.go, adopt.go, change.go, edition.go, addition.go, move.go and pause.go (the registry of
// each week),
// circular.go and code.go (how the office says so by mail).
//
// How it is kept: kv.go, limits.go, keys.go (every key), codec.go and codec_cells.go, store.go
// with modernise.go (stores of an older layout), store_week.go, store_issues.go and outbox.go.
//
// Nothing here looks at the clock: `now` is an argument everywhere.
package state
