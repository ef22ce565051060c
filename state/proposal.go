package state

import (
	"errors"
	"fmt"
	"time"
)

// ProposalKind is what the office is asked.
type ProposalKind string

// The kinds.
const (
	ProposalEscalation ProposalKind = "escalation" // tell a lead leader which departments are missing
	ProposalCircular   ProposalKind = "circular"   // a draft of a circular 通报
	ProposalChange     ProposalKind = "change"     // a fixed field of the registry was reported otherwise
	ProposalAddition   ProposalKind = "addition"   // a project a report brought that the registry does not hold
	ProposalScore      ProposalKind = "score"      // give the departments their scores of a month
	ProposalClaim      ProposalKind = "claim"      // a mail set aside may be a department's report
	ProposalRequest    ProposalKind = "request"    // requests left unanswered, to tell a lead leader of
	ProposalHandOver   ProposalKind = "handover"   // a request to hand over
	ProposalAdopt      ProposalKind = "adopt"      // a department may take what somebody else reported of its projects
)

// Answer is the office's word on a proposal.
type Answer string

// The answers. Silence is none of them: what nobody answered lapses and nothing follows.
const (
	AnswerNone Answer = ""
	AnswerYes  Answer = "yes" // 同意
	AnswerNo   Answer = "no"  // 不同意
)

// Proposal is a draft only the office may let happen (principle 6: machines do not shame
// people). It is made once, answered at most once, and lapses in silence.
type Proposal struct {
	// Key is its identity and begins with its kind: "escalation/2026-W41/L05".
	Key  string
	Kind ProposalKind
	Week Week // the week its letters are filed under
	// Title and Lines are what the office is asked, in Chinese, as the letter shows it.
	Title string
	Lines []string
	Made  time.Time
	// Expires ends it: a word received from then on is not taken.
	Expires time.Time
	Code    string // the one-time code; "" until the letter that prints it is queued
	Body    []byte // JSON of exactly what was proposed, so that exactly this is carried out

	Answer Answer
	By     string // who decided: a name given on the command line, or a mail address
	Reason string
	At     time.Time
	Chosen string // what the office chose with its 同意, where there is a choice: a claim's department

	// Done is when what follows from AnswerYes was carried out, or found to be pointless:
	// then Outcome says why nothing was sent, in Chinese.
	Done    time.Time
	Outcome string
	// Closed is when nothing more was to be told of it: the decision was confirmed, or it
	// lapsed.
	Closed time.Time
}

// Open reports whether the office may still answer at now.
func (p *Proposal) Open(now time.Time) bool { return p.Answer == AnswerNone && now.Before(p.Expires) }

// Decided is the office's word on a proposal.
type Decided struct {
	Answer Answer
	Chosen string
	By     string
	Reason string
	At     time.Time
}

// ErrNoProposal is the word on a proposal nobody made.
var ErrNoProposal = errors.New("there is no such proposal")

// Propose records a draft. It does nothing and reports false when one of that key exists,
// whatever became of it: the office is asked once.
func (r *Records) Propose(p Proposal) (isNew bool, err error) {
	old, err := r.Proposal(p.Key)
	if err != nil || old != nil {
		return false, err
	}
	return true, r.PutProposal(p)
}

// Proposal returns the proposal with this key; nil when it was never made.
func (r *Records) Proposal(key string) (*Proposal, error) {
	var p Proposal
	found, err := get(r.tx, prefixProposal+key, &p)
	if !found {
		return nil, err
	}
	return &p, err
}

// Proposals lists every proposal of a kind, by key; those of all kinds for "".
func (r *Records) Proposals(kind ProposalKind) ([]Proposal, error) {
	prefix := prefixProposal
	if kind != "" {
		prefix += string(kind) + "/"
	}
	return eachOf[Proposal](r, prefix)
}

// Pending lists the proposals of which something is still to be asked, done or told, by
// key. In an ordinary tick there is hardly any, however many were ever made.
func (r *Records) Pending() ([]Proposal, error) {
	keys, err := r.attention(prefixPending, maxPending)
	if err != nil {
		return nil, err
	}
	var out []Proposal
	for _, key := range keys {
		p, err := r.Proposal(key)
		if err != nil {
			return nil, err
		}
		if p != nil {
			out = append(out, *p)
		}
	}
	return out, nil
}

// maxPending bounds the proposals looked at in one tick.
const maxPending = 500

// PutProposal records a proposal's progress and keeps the list of pending ones true.
func (r *Records) PutProposal(p Proposal) error {
	err := r.tx.Delete(prefixPending + p.Key)
	if p.Closed.IsZero() {
		err = r.tx.Set(prefixPending+p.Key, nil)
	}
	if err != nil {
		return fmt.Errorf("file proposal %s: %w", p.Key, err)
	}
	return put(r.tx, prefixProposal+p.Key, p)
}

// AskWith makes code the code of a proposal, in the transaction that queues the letter in
// which it is printed.
func (r *Records) AskWith(key, code string) error {
	p, err := r.Proposal(key)
	if err != nil {
		return err
	}
	if p == nil {
		return fmt.Errorf("proposal %s: %w", key, ErrNoProposal)
	}
	if err := r.giveCode(code, key); err != nil {
		return err
	}
	p.Code = code
	return r.PutProposal(*p)
}

// Decide records the office's word on a proposal, once, and leaves who decided what and why
// in the audit trail. A second word is ErrCodeUsed, one that comes too late ErrCodeExpired.
func (r *Records) Decide(key string, d Decided) error {
	p, err := r.Proposal(key)
	switch {
	case err != nil:
		return err
	case p == nil:
		return fmt.Errorf("proposal %s: %w", key, ErrNoProposal)
	case d.Answer != AnswerYes && d.Answer != AnswerNo:
		return fmt.Errorf("proposal %s: %q is no answer", key, d.Answer)
	case p.Answer != AnswerNone:
		return fmt.Errorf("proposal %s: %w", key, ErrCodeUsed)
	case !d.At.Before(p.Expires):
		return fmt.Errorf("proposal %s: %w", key, ErrCodeExpired)
	}
	p.Answer, p.Chosen, p.By, p.Reason, p.At = d.Answer, d.Chosen, d.By, d.Reason, d.At
	p.Closed = time.Time{} // one that lapsed while the mail with the word was out of reach
	word := "refuse"
	if d.Answer == AnswerYes {
		word = "approve"
	}
	if d.Chosen != "" {
		key += " for " + d.Chosen
	}
	r.Note(fmt.Sprintf("%s %s, decided by %s: %s", word, key, d.By, d.Reason))
	return r.PutProposal(*p)
}
