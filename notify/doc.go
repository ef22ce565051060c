// Package notify finds out which letters are due, writes them and sends each exactly once,
// as far as SMTP lets anybody promise that.
//
// Planning: due.go decides from facts and the calendar alone what is due (a pure function),
// planner.go reads those facts and queues what follows, write.go gathers what one letter
// says, corrected.go the corrected edition; readers.go what follows from the leaders' letter
// for each other reader and corrected_readers.go what a correction changes for him; meeting.go
// the pack for the joint meeting; visit.go, permit.go and score.go
// keep the months' and projects' ledgers, request.go hands over what reports ask for and follows
// the answers (request_raise.go to the lead leader, when the office agrees), notices.go tells the office of what a person must settle, alarm.go of a
// tripped fuse.
//
// What only the office may let happen: proposal.go asks it and confirms its word, escalation.go
// draws the lists for lead leaders and writes to them once it agreed, lateok.go closes such a
// chain when the report has come; change.go puts to it what reports give otherwise than the
// registry says.
//
// Writing: letter.go holds the shapes (Draft, Composer), the other letter_*.go one kind of
// letter each; the pages the letters are filled into are in templates, the summary's view
// and the workbooks in notify/report. mime.go turns a draft into the bytes that go out.
//
// Sending: queue.go says whose turn it is, dispatcher.go takes a delivery through its
// durable steps, settle.go records what became of it, smtp.go speaks to the server and
// verdict.go judges its answers. allow.go and fuse.go are what keeps letters from the wrong
// address and from flooding anybody; outbox.go is what the office may decide by hand.
//
// The promises, and where they are kept: a letter's identity is its cause, so queueing it
// again does nothing (planner.queue); its bytes are stored with the intent, so a retry is
// the same letter (Dispatcher.deliver); phase sending is synced before the server is asked,
// so a crash leaves a doubt that is shown and never a second copy (Dispatcher.turn); nobody
// is reminded before the mailbox was read completely after the step's time (facts.reminders).
package notify
