package demo

import (
	"fmt"
	"math/rand/v2"
	"mime"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// Plea is a problem a department reports, in the same words for some weeks, and the help it asks
// for. It is always about the second of its projects, whose row no other draw touches, or the only
// one, which may be sent back.
type Plea struct {
	Since   string    // the week it is first reported for
	From    time.Time // before every report that may speak of it
	Units   []string  // departments asked for help, the one that leads first
	Urgency string    // "", 紧急 or 特急
}

// drawPleas draws a department's problems; asked are those it may ask for help.
func (y *Year) drawPleas(rng *rand.Rand, dept string, asked []string) {
	var p *Plea
	left, gap := 0, 0
	for _, w := range y.Weeks {
		if gap--; left == 0 && gap <= 0 && rng.IntN(14) == 0 {
			p = &Plea{Since: w.Name, From: w.Form.AddDate(0, 0, -3)}
			for range 1 + rng.IntN(6)/5 {
				if unit := asked[rng.IntN(len(asked))]; unit != dept && !slices.Contains(p.Units, unit) {
					p.Units = append(p.Units, unit)
				}
			}
			if len(p.Units) == 0 {
				continue
			}
			p.Urgency = []string{"", "", "", "紧急", "特急"}[rng.IntN(5)]
			left = 1 + rng.IntN(3)
			gap = left + 2
		}
		if left > 0 {
			left--
			a := y.acts[w.Name+" "+dept]
			a.Plea = p
			y.acts[w.Name+" "+dept] = a
		}
	}
}

// Stands reports whether a report written at an instant still speaks of the problem: the
// department, which said at the instants of solved that its problem was, has not said so since.
func (p *Plea) Stands(solved []time.Time, at time.Time) bool {
	return p != nil && !slices.ContainsFunc(solved, func(s time.Time) bool { return !s.Before(p.From) && !s.After(at) })
}

// pleaded is the project a department's problems are about; "" for none.
func (b *Books) pleaded(dept string, w Week) string {
	own := b.Roster.ProjectsOf(dept, w.Due)
	if len(own) == 0 {
		return ""
	}
	return own[min(1, len(own)-1)].ID
}

// words are the cells of the problem: 存在问题, 需协调解决事项, 协调单位 and 紧急程度.
func (p *Plea) words(roster *state.Roster) (problem, request, units, urgency string) {
	var asked []string
	for _, id := range p.Units {
		asked = append(asked, roster.Dept(id).Short)
	}
	request = "请" + asked[0] + "牵头明确移交办法"
	if len(asked) > 1 {
		request += "," + strings.Join(asked[1:], "、") + "配合"
	}
	if urgency = p.Urgency; urgency == "" {
		urgency = "一般"
	}
	return fmt.Sprintf("%s起地下管线图纸没有移交,影响开挖", chineseWeek(p.Since)), request, strings.Join(asked, "、"), urgency
}

// chineseWeek names a week, "2026-W41", as a person does.
func chineseWeek(name string) string { return "第" + strings.TrimPrefix(name[6:], "0") + "周" }

// Solves notes that a department says at an instant that its problem is solved.
func (b *Books) Solves(dept string, at time.Time) {
	if b.solved == nil {
		b.solved = map[string][]time.Time{}
	}
	b.solved[dept] = append(b.solved[dept], at)
}

// AnswersAfter is how long after a letter that hands a request over the department it goes to
// answers; zero for never.
func (y *Year) AnswersAfter(key string) time.Duration {
	const hour = 60
	rng := y.dice(key)
	switch rng.IntN(6) {
	case 0, 1:
		return 0
	case 2: // beyond three working days, or nearly
		return time.Duration(70*hour+rng.IntN(80*hour)) * time.Minute
	}
	return time.Duration(30+rng.IntN(50*hour)) * time.Minute
}

// The words of whoever asked for help on the answer.
const (
	SaysSolved   = "已解决"
	SaysUnsolved = "未解决"
)

// Finds is what whoever asked for help says to an answer, SaysSolved or SaysUnsolved, and how long
// after the letter that passed it on; "" for nothing.
func (y *Year) Finds(key string) (say string, after time.Duration) {
	rng := y.dice(key)
	say = []string{"", SaysUnsolved, SaysSolved, SaysSolved, SaysSolved}[rng.IntN(5)]
	return say, time.Duration(20+rng.IntN(30*60)) * time.Minute
}

// Awake is an instant at which people write, that one or the next: not between eleven and seven.
func Awake(t time.Time) time.Time {
	t = t.In(Zone)
	if t.Hour() >= 7 && t.Hour() < 23 {
		return t
	}
	return t.Add(8 * time.Hour)
}

// Step is one step of a request for help, or of what follows from a circular.
type Step struct {
	Of   string // 协调 or 通报
	No   string // I07; the circular's week
	At   time.Time
	Text string // in Chinese
}

// hearAsked has a department answer a request that reached it, or say what it finds of an answer.
func (d *District) hearAsked(sent Sent, kind string) error {
	at, dept := sent.At.Truncate(time.Minute), d.deptAt(sent.To)
	l, err := OpenLetter(sent.Raw)
	if err != nil {
		return fmt.Errorf("hear what was asked: %w", err)
	}
	parts := strings.Split(l.Key, "/") // request/I07/D13/1, answered/I07/1, requestdue/I07/1/2
	if dept == nil || kind == string(state.TopicRequest) && parts[2] != dept.ID {
		return nil // it is the office's, a leader's, or only a copy
	}
	tell := func(at time.Time, text string) { d.Steps = append(d.Steps, Step{"协调", parts[1], at, text}) }
	switch topic := state.Topic(kind); {
	case topic == state.TopicRequest:
		again := ""
		if parts[3] != "1" {
			again = "再次"
		}
		tell(at, again+"转请"+dept.Short+"办理")
		if after := d.Script.AnswersAfter(l.Key); after > 0 {
			d.replies(l, dept, Awake(at.Add(after)), "", "经研究,图纸由我单位本周内移交,具体安排已与你单位联系人对接。", func(at time.Time) { tell(at, dept.Short+"答复") })
		}
	case topic == state.TopicAnswered:
		say, after := d.Script.Finds(l.Key)
		if say == SaysUnsolved {
			d.replies(l, dept, Awake(at.Add(after)), "", say+",图纸还缺一段", func(at time.Time) { tell(at, dept.Short+"认为没有解决") })
		} else if say == SaysSolved {
			d.replies(l, dept, Awake(at.Add(after)), "", say, func(at time.Time) {
				d.Books.Solves(dept.ID, at)
				tell(at, dept.Short+"确认已解决,销号")
			})
		}
	case strings.HasSuffix(l.Key, "/2"):
		tell(at, dept.Short+"逾期没有答复")
	}
	return nil
}

// replies has a department's deputy reply to a letter at an instant, with further headers; with
// it comes what else follows.
func (d *District) replies(l Letter, dept *state.Dept, at time.Time, headers, say string, with func(time.Time)) {
	raw := fmt.Appendf(nil, "From: %s\r\nTo: %s\r\nSubject: %s\r\n%sMessage-ID: <%s.%s@year.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n",
		dept.MailBackup, d.Books.Office, mime.BEncoding.Encode("utf-8", "回复:"+l.Subject), headers, strings.ReplaceAll(l.Key, "/", "."), dept.ID, say)
	d.does(at, func() error {
		with(at)
		return d.Deliver(raw)
	})
}

// deptAt is the department one of the addresses reaches; nil for none.
func (d *District) deptAt(to []string) *state.Dept {
	return d.deptOf(func(dept *state.Dept) bool {
		return slices.Contains(to, dept.Mail) || slices.Contains(to, dept.MailBackup)
	})
}

// headedBy is the department whose head one of the addresses is; nil for none.
func (d *District) headedBy(to []string) *state.Dept {
	return d.deptOf(func(dept *state.Dept) bool { return slices.Contains(to, dept.HeadMail) })
}

func (d *District) deptOf(is func(*state.Dept) bool) *state.Dept {
	for i := range d.Books.Roster.Depts {
		if dept := &d.Books.Roster.Depts[i]; is(dept) {
			return dept
		}
	}
	return nil
}
