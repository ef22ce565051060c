package state

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Ask is one handing over of an issue's request (交办) to the departments it names. A request
// said otherwise, other departments, or an answer that solved nothing make the next round.
type Ask struct {
	Round  int       `json:"round"`            // from 1
	Text   string    `json:"text"`             // the request as it was handed over
	Units  []string  `json:"units"`            // departments, the one that leads first; empty when only the office was told
	Others []string  `json:"others,omitempty"` // external units, whom the office asks itself
	Reason string    `json:"reason,omitempty"` // why the answer of the round before did not do
	At     time.Time `json:"at"`
	Letter string    `json:"letter"` // the key of the letter
	// Raised is the key of the proposal to tell the lead leader that nobody answered; "" before.
	Raised string `json:"raised,omitempty"`
	// Answers are what the departments answered, oldest first.
	Answers []Reaction `json:"answers,omitempty"`
}

// Reaction is an answer to a request, and what the department that asked said to it.
type Reaction struct {
	Mail   string    `json:"mail,omitempty"` // "" when the office entered it
	Dept   string    `json:"dept"`           // who answered: a department, or the external unit
	By     string    `json:"by,omitempty"`   // who of the office entered it
	At     time.Time `json:"at"`
	Text   string    `json:"text"`             // without what it quotes
	Files  []string  `json:"files,omitempty"`  // names of what was attached
	Passed string    `json:"passed,omitempty"` // the key of the letter that passed it on
	// Unsolved is why the department that asked says that it solves nothing.
	Unsolved string `json:"unsolved,omitempty"`
}

// LastAsk is the round that runs; nil before the first.
func (i *Issue) LastAsk() *Ask {
	if len(i.Asks) == 0 {
		return nil
	}
	return &i.Asks[len(i.Asks)-1]
}

// Open reports whether the issue is still to be solved under its own number.
func (i *Issue) Open() bool { return i.Closed.IsZero() && i.Merged == "" }

// Assigned reports whether the office itself named the units that are asked.
func (i *Issue) Assigned() bool {
	return slices.ContainsFunc(i.History, func(s Said) bool { return !s.ofReport() && len(s.Units) > 0 && slices.Equal(s.Units, i.Units) })
}

// Asked reports whether the request was ever handed over to a department.
func (i *Issue) Asked(dept string) bool {
	return slices.ContainsFunc(i.Asks, func(a Ask) bool { return slices.Contains(a.Units, dept) })
}

// Unsolved is the word that the last answer solved nothing; "" when there is none.
func (a *Ask) Unsolved() string {
	if n := len(a.Answers); n > 0 {
		return a.Answers[n-1].Unsolved
	}
	return ""
}

// The clock of a request (article 7): it starts the day after delivery.
const (
	answerDays = 3
	warnDays   = 2
)

var (
	answerClock = Clock{Hour: 18}
	warnClock   = Clock{Hour: 15}
)

// AnswerDue is until when a request delivered at t is to be answered: 18:00 of the third
// working day after it.
func (s *Schedule) AnswerDue(t time.Time) time.Time {
	return answerClock.On(s.Calendar.AddWorkdays(t.In(s.Zone), answerDays))
}

// AnswerWarning is when an unanswered request is called to mind: 15:00 of the second working
// day.
func (s *Schedule) AnswerWarning(t time.Time) time.Time {
	return warnClock.On(s.Calendar.AddWorkdays(t.In(s.Zone), warnDays))
}

// Closing is the word that closed the issue or let it go on under another number, and the
// how-manieth that was; nil while it is open and for one that a report's own 无 closed.
func (i *Issue) Closing() (word *Said, n int) {
	for k := range i.History {
		if s := &i.History[k]; s.Close || s.Merge != "" {
			word, n = s, n+1
		}
	}
	if i.Open() || word == nil || word.ofReport() {
		return nil, n
	}
	return word, n
}

// Delivered is when the first addressee of the letter was served; zero while he is not. Who
// gets a copy starts no clock.
func (l *Letter) Delivered() time.Time {
	for _, d := range l.Deliveries {
		if !d.Copy && d.Phase == PhaseSent {
			return d.SentAt
		}
	}
	return time.Time{}
}

// Hand records a round together with its letter. A round that is there already, or an issue
// closed meanwhile, is left as it is.
func (r *Records) Hand(issue string, a Ask) error {
	i, err := r.Issue(issue)
	if err != nil || i == nil || len(i.Asks) >= a.Round {
		return err
	}
	i.Asks = append(i.Asks, a)
	return r.PutIssue(*i)
}

// Raise records under which proposal a round left unanswered is to be told to its lead leader.
func (r *Records) Raise(issue string, round int, proposal string) error {
	i, err := r.Issue(issue)
	if err != nil || i == nil {
		return err
	}
	i.Asks[round-1].Raised = proposal
	return r.PutIssue(*i)
}

// Pass records which letter passed an answer on, together with that letter.
func (r *Records) Pass(issue string, round, answer int, letter string) error {
	i, err := r.Issue(issue)
	if err != nil || i == nil {
		return err
	}
	i.Asks[round-1].Answers[answer].Passed = letter
	return r.PutIssue(*i)
}

// Word is what a reply, or the office, says on an issue that was handed over.
type Word struct {
	Issue string
	Kind  WordKind
	Mail  string // "" for a command
	Dept  string // whose answer; the department that asked
	By    string // who decided: a name, or a mail address
	Staff bool   // it is the office's own
	Week  Week   // the running week
	At    time.Time
	Text  string // the answer, or the reason
	Files []string
	Units []string // WordAssign
	Into  string   // WordMerge: the number it goes on under
}

// WordKind says what a Word does.
type WordKind string

// The kinds of words.
const (
	WordAnswer   WordKind = "answer"   // 答复
	WordSolved   WordKind = "solved"   // 已解决, 销号
	WordUnsolved WordKind = "unsolved" // 未解决: the answer does not do
	WordMerge    WordKind = "merge"    // it goes on under another number
	WordAssign   WordKind = "assign"   // other units are asked
)

// Why a word on an issue is not taken. Nothing is recorded then.
var (
	ErrNoIssue     = errors.New("there is no such issue")
	ErrIssueClosed = errors.New("the issue is closed or goes on under another number")
	ErrNotHanded   = errors.New("the request was not handed over yet")
)

// Speak records a word on an issue, with its author in the audit trail.
func (r *Records) Speak(w Word) error {
	i, err := r.Issue(w.Issue)
	if err != nil {
		return err
	}
	if i == nil {
		return ErrNoIssue
	}
	i.remember()
	ask := i.LastAsk()
	said := Said{Week: w.Week, At: w.At, Mail: w.Mail, By: w.By, Why: w.Text}
	if said.Week.Before(i.Seen) {
		said.Week = i.Seen
	}
	switch {
	case w.Kind == WordAnswer && ask == nil, w.Kind == WordUnsolved && (ask == nil || len(ask.Answers) == 0):
		return ErrNotHanded
	case w.Kind == WordAnswer: // kept even when it comes after the issue was closed
		ask.Answers = append(ask.Answers, Reaction{Mail: w.Mail, Dept: w.Dept, By: w.officer(), At: w.At, Text: w.Text, Files: w.Files})
	case !i.Open():
		return ErrIssueClosed
	case w.Kind == WordUnsolved:
		ask.Answers[len(ask.Answers)-1].Unsolved = w.Text
	case w.Kind == WordSolved:
		said.Close = true
		i.say(said)
		if err := r.toTell(i.ID); err != nil {
			return err
		}
	case w.Kind == WordMerge:
		into, err := r.Issue(w.Into)
		if err != nil {
			return err
		}
		if into == nil || !into.Open() || into.ID == i.ID {
			return ErrNoIssue
		}
		said.Merge = w.Into
		i.say(said)
		if err := r.toTell(i.ID); err != nil {
			return err
		}
	case w.Kind == WordAssign:
		said.Units = w.Units
		i.say(said)
	}
	r.Note(fmt.Sprintf("%s on issue %s by %s: %s", w.Kind, w.Issue, w.By, w.Text))
	return r.PutIssue(*i)
}

// toTell marks an issue whose reporter is to hear what became of it.
func (r *Records) toTell(issue string) error {
	if err := r.tx.Set(prefixIssueDone+issue, nil); err != nil {
		return fmt.Errorf("note that %s was closed: %w", issue, err)
	}
	return nil
}

// officer is who of the office entered the word; "" for a department's own.
func (w Word) officer() string {
	if w.Staff {
		return w.By
	}
	return ""
}
