package state

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Scores (article 19 of the scheme): what a department's week is worth, and why. They are
// drafts a person confirms; nothing follows from them by itself.

// Points are tenths of a point: 50 is five points.
type Points int

// String gives "4.5", or "5" for a whole number.
func (p Points) String() string {
	sign := ""
	if p < 0 {
		sign, p = "-", -p
	}
	if p%10 == 0 {
		return fmt.Sprintf("%s%d", sign, int(p/10))
	}
	return fmt.Sprintf("%s%d.%d", sign, int(p/10), int(p%10))
}

// MarshalJSON writes the points as a number: 4.5.
func (p Points) MarshalJSON() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalJSON reads what MarshalJSON wrote.
func (p *Points) UnmarshalJSON(b []byte) error {
	f, err := ParseFen(string(b), 10)
	*p = Points(f)
	return err
}

// ScoreRule is how a week is scored, approved by the office.
type ScoreRule struct {
	OnTime, Quality, Complete Points // what each part is worth: 5, 3 and 2
	LateDay                   Points // taken off for a report later on the day of the deadline
	Late                      Points // for one on a later day
	Returned                  Points // for being sent back once
	Again                     Points // for each further time in the same week
	Approved                  string // by whom and when, printed with every sheet
}

// DefaultScores are the scheme's parts with the proportions of the office's draft
// (world/wording.md, §13).
func DefaultScores() ScoreRule {
	return ScoreRule{OnTime: 50, Quality: 30, Complete: 20, LateDay: 20, Late: 40, Returned: 10, Again: 15}
}

// Full is what a week without any deduction is worth.
func (rule ScoreRule) Full() Points { return rule.OnTime + rule.Quality + rule.Complete }

// ScorePart is one of the three parts of a score.
type ScorePart string

// The parts, as every sheet names them.
const (
	PartOnTime   ScorePart = "按时"
	PartQuality  ScorePart = "质量"
	PartComplete ScorePart = "完整"
)

// ScoreLine is one deduction with its evidence, or what was left out of account and why.
type ScoreLine struct {
	Part   ScorePart `json:"part"`
	Points Points    `json:"points"` // taken off; 0 where the department does not answer for it
	Why    string    `json:"why"`    // in Chinese, once it was put into words (MonthScore.Explain)
	// Reason is what Why is made of. It is not kept: a sheet stays as the office read it.
	Reason ScoreReason `json:"-"`
	Mail   string      `json:"message_id,omitempty"`
	MailAt time.Time   `json:"received_at,omitzero"`
	// Letter is the key of our letter that told the department, and when it had left.
	Letter   string    `json:"letter,omitempty"`
	LetterAt time.Time `json:"letter_sent_at,omitzero"`
}

// WeekScore is one department's week.
type WeekScore struct {
	Week     Week        `json:"week"`
	Scored   bool        `json:"scored"` // false: the week does not count, Lines says why
	Points   Points      `json:"points"`
	OnTime   Points      `json:"on_time"`
	Quality  Points      `json:"quality"`
	Complete Points      `json:"complete"`
	Lines    []ScoreLine `json:"lines"`
}

// Outage is a time in which duban could not read the mailbox, as it told the office.
type Outage struct{ From, To time.Time }

// ScoreFacts is everything a department's week is scored from.
type ScoreFacts struct {
	Schedule *Schedule
	Deadline Deadline
	Own      []Project // the department's projects on the list that week
	Exempt   Exempted
	Dept     string
	Found    *DeptWeek // nil: nothing came
	Letters  []Letter  // of the week; other departments' are passed over
	Amended  []Amendment
	Outages  []Outage
}

// Score judges one department's week. It is pure. What the department does not answer for
// costs nothing: an exemption, a time of ours without mailbox before the deadline, a
// deadline we did not remind of, a letter of correction that was later than our own working
// day, values that stand unverified, what is disputed or was settled by the office, a
// correction that came after its time.
func (rule ScoreRule) Score(f ScoreFacts) WeekScore {
	s := WeekScore{Week: f.Deadline.Week, Lines: []ScoreLine{}}
	own := slices.DeleteFunc(slices.Clone(f.Own), func(p Project) bool { return f.Exempt.Has(p.ID) })
	switch {
	case f.Exempt.Excuses(f.Own, f.Dept):
		return s.aside(ScoreReason{Case: ScoreExempt})
	case len(own) == 0:
		return s.aside(ScoreReason{Case: ScoreNothingDue})
	}
	s.Scored = true
	s.OnTime, s.Quality, s.Complete = rule.OnTime, rule.Quality, rule.Complete
	if f.Found == nil || f.Found.First.IsZero() {
		why := ScoreReason{Case: ScoreAbsent, At: f.Deadline.Due}
		if f.excuse(&why) {
			return WeekScore{Week: s.Week}.aside(why)
		}
		line := f.reminded(ScoreLine{Reason: why})
		s.take(PartOnTime, rule.OnTime, line)
		line.Reason = ScoreReason{Case: ScoreUnjudged}
		s.take(PartQuality, rule.Quality, line)
		s.take(PartComplete, rule.Complete, line)
	} else {
		rule.onTime(&s, f)
		rule.quality(&s, f)
		rule.complete(&s, f, own)
	}
	s.Points = s.OnTime + s.Quality + s.Complete
	return s
}

// aside is a week that does not count.
func (s WeekScore) aside(why ScoreReason) WeekScore {
	s.Lines = []ScoreLine{{Part: PartOnTime, Reason: why}}
	return s
}

// take takes points off a part, never more than it has left, and notes the evidence.
func (s *WeekScore) take(part ScorePart, points Points, line ScoreLine) {
	left := map[ScorePart]*Points{PartOnTime: &s.OnTime, PartQuality: &s.Quality, PartComplete: &s.Complete}[part]
	line.Part, line.Points = part, min(points, *left)
	*left -= line.Points
	s.Lines = append(s.Lines, line)
}

func (rule ScoreRule) onTime(s *WeekScore, f ScoreFacts) {
	if !f.Found.Late {
		return
	}
	line := ScoreLine{MailAt: f.Found.First, Reason: ScoreReason{Case: ScoreLate, At: f.Deadline.Due}}
	if len(f.Found.Tries) > 0 {
		line.Mail = f.Found.Tries[0].MessageID
	}
	if f.excuse(&line.Reason) {
		s.take(PartOnTime, 0, line)
		return
	}
	points := rule.Late
	if zone := f.Schedule.Zone; f.Found.First.In(zone).Format(isoDay) == f.Deadline.Due.In(zone).Format(isoDay) {
		points = rule.LateDay
	}
	s.take(PartOnTime, points, f.reminded(line))
}

// outageBefore is how long before a deadline a time of ours without mailbox excuses lateness.
const outageBefore = 24 * time.Hour

// excuse reports whether the department does not answer for being late, and notes why.
func (f ScoreFacts) excuse(why *ScoreReason) bool {
	due := f.Deadline.Due
	for _, o := range f.Outages {
		if o.From.Before(due.Add(LastSecond+f.Schedule.Grace)) && o.To.After(due.Add(-outageBefore)) {
			why.Excuse, why.Since = ExcuseOutage, o.From
			return true
		}
	}
	asked := f.Schedule.Form != (Step{}) || slices.ContainsFunc(f.Schedule.Reminders, func(s Step) bool { return s.Before })
	if asked && f.reminder() == nil {
		why.Excuse = ExcuseUnasked
	}
	return why.Excuse != ""
}

// reminder is the last letter that reached the department before the deadline and told it
// of that; nil when none did.
func (f ScoreFacts) reminder() *Letter {
	var last *Letter
	for i, l := range f.Letters {
		told := l.Dept == f.Dept && (l.Kind == TopicForm || l.Kind == TopicDue)
		if at := l.SentAt(); told && !at.IsZero() && at.Before(f.Deadline.Due) && (last == nil || at.After(last.SentAt())) {
			last = &f.Letters[i]
		}
	}
	return last
}

// reminded puts the reminder beside a line as evidence.
func (f ScoreFacts) reminded(line ScoreLine) ScoreLine {
	if l := f.reminder(); l != nil {
		line.Letter, line.LetterAt = l.Key, l.SentAt()
	}
	return line
}

// quality takes off for each letter of correction the department's own errors caused. A
// version that a better one overtook before we answered costs nothing.
func (rule ScoreRule) quality(s *WeekScore, f ScoreFacts) {
	points := rule.Returned
	for _, l := range f.corrections() {
		at := f.Found.TryOf(l.Cause)
		if at < 0 {
			continue
		}
		t := f.Found.Tries[at]
		line := ScoreLine{Mail: t.MessageID, MailAt: t.Received, Letter: l.Key, LetterAt: l.SentAt()}
		switch own := f.own(t); {
		case t.Unverified || l.SentAt().After(f.Schedule.AnswerLimit(t.Received)):
			line.Reason.Case = ScoreReturnedLate
			s.take(PartQuality, 0, line)
		case len(own) == 0:
			line.Reason.Case = ScoreReturnedOpen
			s.take(PartQuality, 0, line)
		default:
			line.Reason = returned(own)
			s.take(PartQuality, points, line)
			points = rule.Again
		}
	}
}

// corrections lists the letters of correction that reached the department, oldest first.
func (f ScoreFacts) corrections() []Letter {
	var out []Letter
	for _, l := range f.Letters {
		if l.Kind == TopicCorrection && l.Dept == f.Dept && !l.SentAt().IsZero() {
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b Letter) int { return a.Round - b.Round })
	return out
}

// own lists the errors of a try the department answers for, one a cause.
func (f ScoreFacts) own(t Try) []Finding {
	var out []Finding
	for _, found := range t.Findings {
		if found.Level == LevelError && found.Follows == "" && !found.Ours && !found.Disputed && !found.ByOffice && !f.settled(found, t.Mail) {
			out = append(out, found)
		}
	}
	return out
}

// settled reports whether a finding is disputed still, or was decided by the office.
func (f ScoreFacts) settled(found Finding, mail string) bool {
	return slices.ContainsFunc(f.Found.Parked, func(p Finding) bool {
		return p.Rule == found.Rule && p.Project == found.Project && p.Column == found.Column
	}) || slices.ContainsFunc(f.Amended, func(a Amendment) bool { return a.Settles(found, mail) })
}

// maxDefects is how many defects a line names.
const maxDefects = 3

// returned names the first of the findings a report was sent back for, by project and column.
func returned(found []Finding) ScoreReason {
	why := ScoreReason{Case: ScoreReturned, Count: len(found), More: len(found) > maxDefects}
	for _, d := range found[:min(len(found), maxDefects)] {
		name := strings.TrimSpace(d.Project + " " + d.Title)
		if name == "" {
			name = strings.TrimRight(d.Message, "。")
		}
		why.Named = append(why.Named, strings.TrimSpace(name+" "+d.Cell))
	}
	return why
}
