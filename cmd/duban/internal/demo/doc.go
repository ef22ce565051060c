// Package demo holds the fictional district: its post office and what its departments send.
// It is what a viewer, a test or a rehearsal needs in place of real servers and real people.
// duban itself does not know that it is being shown: it reads and writes through the same
// code as in production.
//
// postoffice.go is the IMAP and SMTP server in memory, pipes.go reaches it without a network,
// under a clock that is not the real one; cast.go has the mails of two weeks as they were
// written by hand. A whole year is drawn from a seed: almanac.go knows its weeks
// and their hours, year.go draws who reports when and what goes wrong (refusal.go when the mail
// server refuses a letter, halt.go when it takes none at all, old.go who sends the form of a week that is over, stall.go whose
// figures do not count for weeks), books.go writes the
// mails and keeps their sums right, sheet.go spells a workbook, turns.go says when duban has
// something to do, asks.go has them ask each other for help and answer, censure.go what they do
// about a circular, visits.go which projects leaders visit and who tells of it,
// permits.go which permits take how long, clerk.go is who answers in the office, from the letters as letter.go opens
// them; district.go puts all of it on one agenda. What came of it is counted in account.go and
// told in tell.go (a terminal) and page.go with year.html (a browser).
package demo
