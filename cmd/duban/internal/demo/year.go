package demo

import (
	"math/rand/v2"
	"slices"
	"time"

	"duban/state"
)

// Kind is what a department sends.
type Kind string

// The kinds.
const (
	SendsClean  Kind = "clean"
	SendsFaulty Kind = "faulty" // the first project's progress is left blank
	SendsNil    Kind = "nil"    // 本周无变化, one line and no form
)

// Report is one mail of a department about a week.
type Report struct {
	At   time.Time
	Kind Kind
}

// Act is what a department does in a week.
type Act struct {
	Exempt bool
	Weeks  int       // how many weeks the office frees it for, told in the first
	Bounce time.Time // when a letter to its address comes back; zero when none does
	Mails  []Report  // in order of time

	Spares  int  // for how many weeks the office frees one project of it, told in the first
	LeftOut bool // that project is not reported this week

	Plea *Plea // the problem it reports; nil for none
}

// Year is what each department does in each week of a year, and when duban is down.
type Year struct {
	Seed    uint64
	Weeks   []Week
	Depts   []string
	Outages [][2]time.Time // from, to; in order of the weeks
	Shut    []Shut         // when the office's mailbox cannot be read; in order of the weeks

	Refusals []Refusal // when a department's address is refused by the mail server
	Halts    []Halt    // when it takes no letter at all; in order of time

	acts   map[string]Act       // by week and department
	visits map[string]time.Time // the day, by week and project

	permits map[string][]permitting // by project, in the order of the form's columns
}

// Shut is a while in which the office's mailbox cannot be read, from and until before.
type Shut struct {
	From, To time.Time
	Silent   bool // the server takes the call and says nothing, instead of refusing it
}

// ShutAt is the while in which the mailbox cannot be read at t; nil when it can.
func (y *Year) ShutAt(t time.Time) *Shut {
	for i, s := range y.Shut {
		if !t.Before(s.From) && t.Before(s.To) {
			return &y.Shut[i]
		}
	}
	return nil
}

// Act is what a department does in a week.
func (y *Year) Act(week, dept string) Act { return y.acts[week+" "+dept] }

// works reports whether a department goes on with its projects in a week: it is not freed from
// the week and does not call it one without change.
func (y *Year) works(week, dept string) bool {
	a := y.Act(week, dept)
	return !a.Exempt && (len(a.Mails) == 0 || a.Mails[0].Kind != SendsNil)
}

// Unbounce takes back that a letter to a department's address comes back in a week: none left
// that could.
func (y *Year) Unbounce(week, dept string) {
	a := y.Act(week, dept)
	a.Bounce = time.Time{}
	y.acts[week+" "+dept] = a
}

// Lost reports whether letters to a department's address do not arrive, the mail being read up to
// t: one came back, or was refused at an instant, and nothing came from there since.
func (y *Year) Lost(dept string, t time.Time, refused ...time.Time) bool {
	var bounced, heard time.Time
	for _, at := range refused {
		bounced = Latest(bounced, at)
	}
	for _, w := range y.Weeks {
		a := y.Act(w.Name, dept)
		if !a.Bounce.IsZero() && !a.Bounce.After(t) {
			bounced = Latest(bounced, a.Bounce)
		}
		for _, m := range a.Mails {
			if !m.At.After(t) {
				heard = Latest(heard, m.At)
			}
		}
	}
	return bounced.After(heard)
}

// DrawYear draws the behaviour of a district's departments: the same seed gives the same year.
func DrawYear(seed uint64, weeks []Week, roster *state.Roster) *Year {
	var depts, asked []string // who reports; who may be asked for help
	for _, d := range roster.Depts {
		if asked = append(asked, d.ID); d.Reports {
			depts = append(depts, d.ID)
		}
	}
	y := &Year{Seed: seed, Weeks: weeks, Depts: depts, acts: map[string]Act{}}
	rng := rand.New(rand.NewPCG(seed, 2026))
	for _, dept := range depts {
		y.drawDept(rng, dept)
	}
	for _, w := range weeks {
		switch rng.IntN(10) {
		case 0: // some hours, somewhere between the form and the freeze
			from := between(rng, w.Form, w.Freeze)
			y.Outages = append(y.Outages, [2]time.Time{from, from.Add(time.Duration(20+rng.IntN(600)) * time.Minute)})
		case 1: // days
			if rng.IntN(2) == 0 {
				from := between(rng, w.Form.AddDate(0, 0, -1), w.Freeze)
				y.Outages = append(y.Outages, [2]time.Time{from, from.Add(time.Duration(20+rng.IntN(90)) * time.Hour)})
			}
		}
	}
	for _, dept := range depts {
		y.drawSpared(rng, dept)
	}
	for _, w := range weeks {
		if rng.IntN(7) > 0 {
			continue
		}
		from, hours := between(rng, w.Form, w.Freeze), 1+rng.IntN(9)
		if rng.IntN(3) == 0 {
			hours += rng.IntN(60)
		}
		y.Shut = append(y.Shut, Shut{from, from.Add(time.Duration(hours) * time.Hour), rng.IntN(3) == 0})
	}
	for _, dept := range depts {
		y.drawPleas(rng, dept, asked)
	}
	for _, dept := range depts {
		y.drawRefusals(rng, dept)
		y.drawOld(rng, dept)
	}
	for _, dept := range depts {
		y.drawStall(rng, dept)
	}
	y.drawVisits(rand.New(rand.NewPCG(seed, 5)), roster)  // a stream of its own: article 5
	y.drawPermits(rand.New(rand.NewPCG(seed, 7)), roster) // and article 7
	y.drawHalts(rand.New(rand.NewPCG(seed, 35)))          // and mails.md, 35
	return y
}

// drawDept draws one department's weeks.
func (y *Year) drawDept(rng *rand.Rand, dept string) {
	exempt, nils, gap := 0, 0, 0
	for i, w := range y.Weeks {
		var a Act
		switch {
		case exempt > 0:
			exempt--
			a.Exempt = true
		case gap <= 0 && rng.IntN(60) == 0:
			exempt = min(rng.IntN(3), len(y.Weeks)-1-i)
			a.Exempt, a.Weeks, gap = true, exempt+1, exempt+3
		default:
			from := w.Form.Add(-20 * time.Hour)
			if i > 0 && from.Before(y.Weeks[i-1].Freeze) {
				from = y.Weeks[i-1].Freeze.Add(time.Minute)
			}
			a.Mails = drawMails(rng, w, from, nils < 2)
		}
		if !a.Exempt && rng.IntN(25) == 0 {
			a.Bounce = between(rng, w.Form.Add(time.Hour), w.Due1).Add(30 * time.Second) // never in the same instant as a mail
		}
		nils, gap = nils+1, gap-1
		if len(a.Mails) == 0 || a.Mails[0].Kind != SendsNil {
			nils = 0
		}
		y.acts[w.Name+" "+dept] = a
	}
}

// drawSpared draws the weeks for which the office frees one project of a department.
func (y *Year) drawSpared(rng *rand.Rand, dept string) {
	left, gap := 0, 0
	for i, w := range y.Weeks {
		key := w.Name + " " + dept
		a := y.acts[key]
		if gap--; left == 0 && gap <= 0 && rng.IntN(50) == 0 {
			left = min(1+rng.IntN(4), len(y.Weeks)-i)
			a.Spares, gap = left, left+3
		}
		if left > 0 {
			left--
			a.LeftOut = true
		}
		y.acts[key] = a
	}
}

// drawMails draws what one department sends in a week it must report for.
func drawMails(rng *rand.Rand, w Week, from time.Time, mayRest bool) []Report {
	inTime := func() time.Time {
		switch rng.IntN(6) {
		case 0:
			return between(rng, from, w.Form)
		case 1:
			return w.Due.Add(-time.Duration(rng.IntN(40)) * time.Minute) // the last minutes
		case 2:
			return w.Due.Add(time.Duration(rng.IntN(10)) * time.Minute) // within the grace
		}
		return between(rng, Latest(from, w.Form), w.Due)
	}
	late := func() time.Time {
		if rng.IntN(3) == 0 {
			return between(rng, w.Late[2], w.Freeze)
		}
		return between(rng, w.Due.Add(12*time.Minute), w.Freeze)
	}
	first := inTime()
	kind := SendsClean
	switch n := rng.IntN(20); {
	case n == 0:
		return nil // nothing comes
	case n <= 2:
		first = late()
	case n == 3 && mayRest:
		return []Report{{first, SendsNil}}
	case n <= 7:
		kind = SendsFaulty
		if rng.IntN(4) == 0 {
			first = late()
		}
	case n == 8:
		first, kind = between(rng, from, w.Due1), SendsFaulty // early enough for its time to run out before the deadline
	}
	mails := []Report{{first, kind}}
	for kind == SendsFaulty && rng.IntN(3) > 0 { // answered, perhaps wrong again
		last := mails[len(mails)-1].At.Add(3 * time.Minute)
		if !last.Before(w.Freeze.Add(-5 * time.Minute)) {
			break
		}
		to := w.Freeze
		if rng.IntN(2) == 0 && last.Add(8*time.Hour).Before(w.Freeze) {
			to = last.Add(8 * time.Hour)
		}
		if rng.IntN(3) > 0 {
			kind = SendsClean
		}
		mails = append(mails, Report{between(rng, last, to), kind})
	}
	if kind == SendsClean && rng.IntN(12) == 0 && mails[len(mails)-1].At.Before(w.Due.Add(-time.Hour)) { // the same figures once more
		mails = append(mails, Report{between(rng, mails[len(mails)-1].At.Add(time.Minute), w.Due), SendsClean})
	}
	slices.SortFunc(mails, func(a, b Report) int { return a.At.Compare(b.At) })
	return mails
}

// Latest is the later of two instants.
func Latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func between(rng *rand.Rand, from, to time.Time) time.Time {
	return from.Add(time.Duration(rng.Int64N(max(1, int64(to.Sub(from)/time.Minute)))) * time.Minute)
}
