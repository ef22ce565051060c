// Package ingest turns the mail of the shared mailbox into facts: who sent what for which
// week, what is wrong with it, and what counts. It writes no letter; notify reads what it
// recorded.
//
// Read it along the way of a mail. Fetching: collector.go (the poll, and the one transaction
// in which everything lands; clocks.go compares the server's clock with ours), mailbox.go with
// mailbox_imap.go, mailbox_session.go and the other mailbox_*.go, conn.go (the guarded,
// read-only IMAP connection).
//
// Opening, in a bounded child process: arrival.go, open.go and worker.go; message.go with
// message_types.go, message_part.go and the other message_*.go (MIME as real mailers write it),
// params.go and charset.go; tnef.go and cms.go (wrappers around files).
//
// Whose, and which week: automatic.go (mail that nobody wrote), identity.go with authres.go and
// signature.go (from whom, and who vouches for it), kind.go, place.go, chosen.go (which of its
// files is the report), attribute.go and shared.go (one address of several departments),
// period.go (a department says which week its table is of),
// contact.go (what a mail tells of the addresses we write to).
//
// Judging: desk.go (what a verdict follows from), judge.go, unchanged.go, try.go and counted.go (the verdict,
// how it stands to the week's times, the rows that count from now on), issued.go (the version
// of the form), promise.go (the law of round two), reply.go and explain.go (answers by number,
// remarks and disputes), request.go (answers to requests that were handed over; enclosure.go
// what was attached to them), visited.go (visits a leader's contact tells of), censured.go
// (answers to a circular or to scores), order.go (what a leader asks for on a project), overdue.go (our own
// limit).
//
// What the office decides: say.go (by mail, with a one-time code), request_office.go (on requests),
// claim.go (a stranger's mail
// is a department's report; adopt.go, where the department itself agrees), addition.go (a project the registry did not hold joins the list),
// byhand.go and ruling.go; again.go holds other rules against stored
// reports. Sub-packages: sheet reads workbooks, rules holds the catalogue of rules.
//
// Judging is pure: the same mail and the same memories give the same verdict, so a mail
// read again after a crash changes nothing.
package ingest
