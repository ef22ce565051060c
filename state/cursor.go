package state

import "time"

// Cursor is how far a folder of the mailbox was read. It is a position only: a mail's
// identity is its digest.
type Cursor struct {
	UIDValidity uint32
	UID         uint32 // the last UID whose mail is recorded
	Read        uint32 // how many mails of the folder were taken since it was first read
	// Moved is when the folder was last found under another UIDVALIDITY, and read again.
	Moved time.Time
}

// Cursor returns a folder's cursor, the zero Cursor when it was never read.
func (r *Records) Cursor(folder string) (Cursor, error) {
	var c Cursor
	_, err := get(r.tx, prefixCursor+folder, &c)
	return c, err
}

// PutCursor moves a folder's cursor, in the same transaction as the mails it passes.
func (r *Records) PutCursor(folder string, c Cursor) error {
	return put(r.tx, prefixCursor+folder, c)
}

// Sweep is when the last complete poll of every folder began: mail received before it is
// known. Nobody is reminded of a deadline later than it.
func (r *Records) Sweep() (time.Time, error) {
	var t time.Time
	_, err := get(r.tx, keySweep, &t)
	return t, err
}

// PutSweep records a complete poll that began at t.
func (r *Records) PutSweep(t time.Time) error { return put(r.tx, keySweep, t) }

// Census is what the last complete poll of a folder counted, held against the next one: more
// mails in the folder than were read since is mail that duban does not see.
type Census struct {
	UIDValidity uint32
	Exists      uint32 // mails the folder held when the poll began
	Read        uint32 // Cursor.Read behind the poll
	Unread      int    // mails that came in and were not read; below zero for those read ahead of their count
	Full        int    // how full the mailbox is, in percent of its quota; 0 when the server does not say
}

// Next is the census of a poll that began with exists mails in the folder and ended with read
// mails taken. A folder under another UIDVALIDITY is counted anew. Mails taken away lower
// exists and excuse nothing: the count never runs further ahead than the poll itself read.
func (c Census) Next(validity, exists, read uint32) Census {
	n := Census{UIDValidity: validity, Exists: exists, Read: read}
	if c.UIDValidity != validity || validity == 0 {
		return n
	}
	took := int(read) - int(c.Read)
	n.Unread = max(c.Unread+int(exists)-int(c.Exists)-took, -took)
	return n
}

// Census returns a folder's census, the zero Census before its first complete poll.
func (r *Records) Census(folder string) (Census, error) {
	var c Census
	_, err := get(r.tx, prefixCensus+folder, &c)
	return c, err
}

// PutCensus records it.
func (r *Records) PutCensus(folder string, c Census) error { return put(r.tx, prefixCensus+folder, c) }

// Skew is how far the mail server's clock was seen to run ahead of ours (behind, when By is
// negative), as of the last mail that could tell.
type Skew struct {
	By time.Duration
	At time.Time
}

// Skew returns it; the zero Skew when the clocks agree.
func (r *Records) Skew() (Skew, error) {
	var s Skew
	_, err := get(r.tx, keySkew, &s)
	return s, err
}

// PutSkew records it.
func (r *Records) PutSkew(s Skew) error { return put(r.tx, keySkew, s) }
