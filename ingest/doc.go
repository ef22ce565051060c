// Package ingest turns the mail of the shared mailbox into facts: who sent what for which
// week, what is wrong with it, and what counts. It writes no letter; notify reads what it
// recorded.
//
// Read it along the way of a mail: collector.go (the poll, and the one transaction in which
// everything lands), mailbox.go with mailbox_imap.go and conn.go (the guarded, read-only
// IMAP connection), arrival.go, open.go and worker.go (bytes are opened in a bounded child
// process), message.go with message_part.go, params.go and charset.go
// (MIME as real mailers write it; message_uu.go and message_sealed.go what stands in its text
// or in a wrapper),
// automatic.go (mail that nobody wrote), identity.go with authres.go and signature.go (from
// whom, and who vouches for it), place.go and attribute.go (whose, and which week), contact.go
// (what a mail tells of the addresses we write to), judge.go and counted.go (the verdict, and
// the rows that count from now on), shared.go (one address of several departments), claim.go
// (what the office accepts by hand),
// promise.go (the law of round two), reply.go and explain.go (answers by number, remarks and
// disputes), request.go (answers to requests that were handed over), byhand.go and ruling.go (the office's decisions), overdue.go (our own limit), again.go (other
// rules on stored reports), desk.go (what a verdict follows from). Sub-packages: sheet reads workbooks, rules holds
// the catalogue of rules.
//
// Judging is pure: the same mail and the same memories give the same verdict, so a mail
// read again after a crash changes nothing.
package ingest
