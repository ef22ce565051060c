package notify

import (
	"context"
	"errors"
	"net/textproto"
	"regexp"
	"strings"
)

// Sender takes letters to the mail server. SMTP is the one of production.
type Sender interface {
	// Send hands over one letter for one recipient. nil means accepted; every error that
	// is no *SendError counts as temporary.
	Send(ctx context.Context, from, to string, raw []byte) error
	// Hangup ends the connection, if there is one, when there is nothing more to send.
	Hangup()
}

// Verdict is what became of a letter the server did not accept.
type Verdict int

// The verdicts. Doubtful is the gap RFC 1047 describes: the letter was handed over whole
// and the answer lost, so it may or may not be delivered.
const (
	Temporary Verdict = iota
	Permanent
	Doubtful
)

// SendError says that, why and where in the dialogue a letter was not accepted.
type SendError struct {
	Verdict Verdict
	Step    string // connect, tls, greeting, hello, starttls, login, mail, rcpt, size, data, body, dot
	Session bool   // the connection or the server is the trouble, not this letter: the next would fare no better
	Err     error
}

func (e *SendError) Error() string { return e.Step + ": " + Scrub(e.Err.Error()) }

// unknownAddress reports whether the server refused the recipient for good, and not us or
// the letter (5.7.x: policy).
func (e *SendError) unknownAddress() bool {
	var reply *textproto.Error
	return e.Verdict == Permanent && e.Step == "rcpt" && errors.As(e.Err, &reply) && !strings.HasPrefix(reply.Msg, "5.7.")
}

// beforeLetter reports whether the server was in trouble before anything of this letter was said:
// it is out of reach, does not let us in, or takes no letter of ours.
func (e *SendError) beforeLetter() bool {
	switch e.Step {
	case "connect", "tls", "greeting", "hello", "starttls", "login", "mail":
		return e.Session && e.Verdict == Temporary
	}
	return false
}

// Unwrap gives the cause.
func (e *SendError) Unwrap() error { return e.Err }

// refused judges an answer of the server by its code. Without an answer the letter was not
// accepted, because its final dot was not yet sent: try again.
//
// A 5xx to MAIL is temporary: every letter has the same sender, so it tells of the office's
// account (unknown, locked, not logged in) and not of this letter.
func refused(step string, err error) *SendError {
	e := &SendError{Verdict: Temporary, Step: step, Err: err}
	var reply *textproto.Error
	if !errors.As(err, &reply) {
		e.Session = true
		return e
	}
	if reply.Code >= 500 && reply.Code < 600 && step != "mail" {
		e.Verdict = Permanent
	}
	e.Session = step == "mail" || reply.Code == 421 || reply.Code < 400
	return e
}

var addressLike = regexp.MustCompile(`[^\s<>@:;,"'()]+@[^\s<>:;,"'()]+`)

// maxAnswer bounds how much of a server's answer is kept, in bytes.
const maxAnswer = 200

// Scrub makes a server's answer fit to keep and to log: one line of valid text, no
// addresses, at most 200 bytes.
func Scrub(answer string) string {
	s := addressLike.ReplaceAllString(oneLine(answer), "<address>")
	if len(s) > maxAnswer {
		s = strings.ToValidUTF8(s[:maxAnswer], "") + "…"
	}
	return strings.TrimSpace(s)
}
