// Package state holds the words of the office and what is remembered of them: weeks and
// working days, money, the roster, what departments submitted, what was found, which
// letters left. It imports the standard library only; every other room imports it.
//
// Read it in this order: week.go, calendar.go and schedule.go (when things are due),
// money.go, form.go and roster.go (what is reported by whom), submission.go and finding.go
// (what came and what is wrong with it), deptweek.go (where a department stands), light.go
// and digest.go (what leaders read), issue.go, ledger.go and ask.go (what departments ask for,
// and what became of it), month.go, visit.go, permit.go, milestone.go and score.go (the ledgers
// of months and projects), letter.go (what is sent), hold.go, proposal.go,
// change.go and code.go (what only the office may decide, and how it says so by mail); then kv.go, keys.go,
// codec.go, store.go, past.go and outbox.go (how it is kept).
//
// Nothing here looks at the clock: `now` is an argument everywhere.
package state
