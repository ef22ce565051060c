// Package notify finds out which letters are due, writes them and sends each exactly once, as
// far as SMTP lets anybody promise that.
//
// The weekly round: due.go decides from facts and the calendar alone what is due (a pure
// function), with offer.go (the pre-filled form), chase.go (reminders), outage.go (what our
// own mailbox could not take in), resubmit.go (the time of a correction runs out), ruling.go
// (the office's word on a dispute), amended.go (its corrections by hand), say.go (the leaders'
// letter held or let go) and corrected.go (the one corrected edition; corrected_readers.go
// what it changes for each reader, corrected_body.go for one of the bodies), overtaken.go what
// still waits and is no longer so (overtaken_request.go for requests, overtaken_answer.go the
// answers among it). planner.go reads the facts, pack.go queues what follows, write.go gathers
// what one letter says, preview.go, preview_readers.go and preview_ledgers.go write a letter
// that is not sent.
//
// Beside the round, each a family of its own (Planner.besides): request.go hands over what
// reports ask for (request_due.go what is due, request_confirm.go what waits for the office,
// request_raise.go what goes to lead leaders, closed.go tells that an issue is closed);
// readers.go writes what follows from the leaders' letter, meeting.go the joint meeting's
// pack; notices.go tells the office of what a person must settle, owner.go a department of
// rows of its projects somebody else sent, expiry.go of an exemption that ends; visit.go,
// permit.go and score.go keep the months' and projects' ledgers; daily.go, yearplan.go,
// terms.go, alarm.go and health.go tell the office of the day, of the year, of changed rules,
// of a tripped fuse and of duban itself.
//
// What only the office may let happen: proposal.go asks it and confirms its word;
// escalation.go draws the lists for lead leaders (escalation_list.go) and writes to them once
// it agreed, lateok.go closes such a chain when the report has come; circular.go drafts a
// circular, circular_recall.go takes one back that waits and does not stand any more,
// rectify.go calls to mind what it wants put right; change.go puts to the office what reports
// give otherwise than the registry says, hint.go what they make look out of date, addition.go
// which projects they bring that it does not hold; roster.go tells departments what they
// report from then on, or no more.
//
// Writing: letter.go holds the shapes (Draft, Composer), letter_frame.go, letter_words.go and
// letter_items.go what letters share, reasons.go why a light or a score is as it is, the other
// letter_*.go one kind of letter each; the pages the letters are filled into are in templates,
// the summary's view and the workbooks in notify/report. mime.go turns a draft into the bytes
// that go out.
//
// Sending: queue.go says whose turn it is, dispatcher.go takes a delivery through its durable
// steps, settle.go records what became of it; doubt.go settles doubts by the folder of sent
// mail, reconcile.go what left before a restore, by what filed.go says it proves; smtp.go
// speaks to the server and verdict.go judges its answers. allow.go and fuse.go are what keeps
// letters from the wrong address and from flooding anybody; outbox.go is what the office may
// decide by hand.
//
// The promises, and where they are kept: a letter's identity is its cause, so queueing it
// again does nothing (planner.queue); its bytes are stored with the intent, so a retry is the
// same letter (Dispatcher.deliver); phase sending is synced before the server is asked, so a
// crash leaves a doubt that is shown and never a second copy (Dispatcher.turn); nobody is
// reminded before the mailbox was read completely after the step's time (facts.reminders).
package notify
