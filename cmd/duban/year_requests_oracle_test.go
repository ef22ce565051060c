package main

import (
	"fmt"
	"slices"
	"time"

	"duban/cmd/duban/internal/demo"
)

// The oracle of the requests for help: it follows each problem through the turns duban takes,
// from the report that speaks of it until a word closes it, and says which letters it must
// bring. Numbers are given as the office reads the rule: in the order in which reports are
// read, those of one turn by week and department.

// yearPlea is one problem as the oracle follows it.
type yearPlea struct {
	*demo.Plea
	id      string // I07
	dept    string // who asks
	said    time.Time
	week    demo.Week // the last one it was reported for
	alerted string    // of which words the readers were alerted, by their first week
	handed  string    // which words were handed over last
	asked   string    // about which words the office was asked last, for which round and why

	round    int
	sent     time.Time // when the letter of the round reached the department that leads
	to       string
	answered bool
	unsolved bool     // the last answer solved nothing
	answers  int      // of all rounds
	unpassed []int    // answers nobody was told of
	told     [4]bool  // the reminders of the round, from 1
	raised   bool     // the office was asked whether the lead leader may be told
	story    []string // what was said of it
}

// yearSaying is something said about a problem by mail, at an instant.
type yearSaying struct {
	at  time.Time
	say func(read time.Time)
}

// yearPleas follows all problems.
type yearPleas struct {
	*yearOracle
	all      []*yearPlea
	open     map[string]*yearPlea   // by the department that asks
	last     map[string]*yearPlea   // its last one, open or closed
	closed   map[string]time.Time   // when that was closed
	solved   map[string][]time.Time // when a department said so
	sayings  []yearSaying           // not read yet
	entered  map[string]int         // by week and department: up to which of its mails the row was read
	agreed   []*yearConsent         // not followed yet
	later    []func(time.Time) bool // letters that wait for the morning; true when gone
	waiting  []*yearWaiting         // letters on their way to the mail server
	upcoming int                    // the first week whose reports may still come
}

// beside foretells every letter about problems, and those that censure.
func (o *yearOracle) beside() {
	p := &yearPleas{yearOracle: o, open: map[string]*yearPlea{}, last: map[string]*yearPlea{}, closed: map[string]time.Time{}, solved: map[string][]time.Time{}, entered: map[string]int{}}
	c := &yearCensure{yearPleas: p, looked: map[string]bool{}}
	for _, t := range o.ticks {
		p.turn(t, o.swept[t])
		c.turn(t, o.swept[t])
		p.waiting = o.retry(t, p.waiting)
	}
	o.pleas = p.all
}

func (p *yearPleas) turn(t, read time.Time) {
	slices.SortStableFunc(p.sayings, func(a, b yearSaying) int { return a.at.Compare(b.at) })
	for len(p.sayings) > 0 && !p.sayings[0].at.After(read) {
		said := p.sayings[0]
		p.sayings = p.sayings[1:]
		said.say(t)
	}
	p.enter(read)
	p.waiting = overtaken(t, p.waiting)
	carried := p.consents(t, read)
	for _, i := range p.all {
		if p.open[i.dept] == i && !carried[i] {
			p.about(i, t, read)
		}
	}
	p.raise(t)
	p.later = slices.DeleteFunc(p.later, func(leaves func(time.Time) bool) bool { return leaves(t) })
}

// sends has a letter leave for one address from t on, unless it is past before; left is when it
// does.
func (p *yearPleas) sends(t time.Time, key, to string, past func(time.Time) bool, left func(time.Time)) {
	p.waiting = append(p.waiting, &yearWaiting{yearLetter: yearLetter{key, to, t}, past: past, left: left})
}

// enter reads the reports that came since the turn before.
func (p *yearPleas) enter(read time.Time) {
	for w := p.upcoming; w < len(p.Weeks) && p.Weeks[w].Form.AddDate(0, 0, -12).Before(read); w++ {
		if p.Weeks[w].Freeze.AddDate(0, 0, 14).Before(read) {
			p.upcoming = w + 1
		}
		for _, dept := range p.Depts {
			act, key := p.Act(p.Weeks[w].Name, dept), p.Weeks[w].Name+dept
			n := p.rowCounts(p.cast.pleads[dept], p.Weeks[w], read)
			if n+1 > p.entered[key] {
				p.entered[key] = n + 1
				p.report(dept, p.Weeks[w], act.Plea, act.Mails[n].At)
			}
		}
	}
}

// report is what a report that came at an instant says of its department's problem.
func (p *yearPleas) report(dept string, w demo.Week, plea *demo.Plea, at time.Time) {
	i := p.open[dept]
	stands := plea.Stands(p.solved[dept], at)
	switch {
	case !stands && i != nil:
		p.close(i, at, "a report of "+w.Name)
		return
	case !stands, i == nil && p.last[dept] != nil && p.closed[dept].After(at):
		return
	case i == nil:
		i = &yearPlea{dept: dept, id: fmt.Sprintf("I%02d", len(p.all)+1)}
		p.all = append(p.all, i)
		p.open[dept], p.last[dept] = i, i
	}
	if i.Plea != plea {
		i.Plea, i.said = plea, at
	}
	i.week = w
	i.tell(at, "reported for %s", w.Name)
}

func (i *yearPlea) tell(at time.Time, format string, args ...any) {
	i.story = append(i.story, at.In(demo.Zone).Format("01-02 15:04 ")+fmt.Sprintf(format, args...))
}

func (p *yearPleas) close(i *yearPlea, at time.Time, by string) {
	p.closed[i.dept] = at
	delete(p.open, i.dept)
	i.tell(at, "closed by %s", by)
}

// reach is where a department's letters go that are written in a turn.
func (o *yearOracle) reach(dept string, t time.Time) string {
	if o.Lost(dept, t) {
		return o.cast.deputy[dept]
	}
	return o.cast.mail[dept]
}

// about is what a problem brings in a turn.
func (p *yearPleas) about(i *yearPlea, t, read time.Time) {
	leader := p.cast.leaderMail[p.cast.pleads[i.dept].leader]
	if i.Urgency != "" && i.alerted != i.Since && (i.Urgency == "特急" || !resting(t)) && t.Sub(i.said) <= 7*24*time.Hour {
		to := []string{leader, p.cast.office}
		for _, unit := range i.Units {
			to = append(to, p.reach(unit, t))
		}
		i.alerted = i.Since
		past := func(words string) func(time.Time) bool {
			return func(time.Time) bool { return p.open[i.dept] != i || i.Since != words }
		}(i.Since)
		for _, address := range to {
			p.sends(t, "urgent/"+i.id, address, past, nil)
		}
	}
	if resting(t) {
		return
	}
	for _, n := range i.unpassed {
		p.pass(i, n, t)
	}
	i.unpassed = nil
	if hands := p.hands(i, t, read); hands && p.asksFirst(i, t) {
		p.ask(i, t)
	} else if hands {
		p.hand(i, t)
		return
	}
	p.remind(i, t)
}

// hands reports whether a request is to be handed over: it never was in these words, and the
// time for a better version is over; or the answer solved nothing, or the letter was lost.
func (p *yearPleas) hands(i *yearPlea, t, read time.Time) bool {
	switch {
	case i.round > 0 && (i.unsolved || p.lost(i, t)):
		return true
	case i.handed == i.Since:
		return false
	}
	return ripe(i.week, i.said, t, read)
}

// lost reports whether the letter of the round, not answered, went to an address from which
// letters come back.
func (p *yearPleas) lost(i *yearPlea, t time.Time) bool {
	lead := i.lead()
	return i.round > 0 && !i.answered && i.to == p.cast.mail[lead] && p.Lost(lead, t)
}

func (i *yearPlea) lead() string { return i.Units[0] }

// ripe reports whether a mail of an instant, about a week, may be acted on: no better version
// can be expected and none is known of.
func ripe(w demo.Week, at, t, read time.Time) bool {
	ready := at.Add(10 * time.Minute)
	if !at.Before(w.Due.Add(-30*time.Minute)) && !at.After(w.Due.Add(time.Minute)) {
		ready = at
	}
	return !t.Before(ready) && (!read.Before(ready) || !t.Before(ready.Add(answerPatience)))
}

// hand hands the request over, which starts the clock.
func (p *yearPleas) hand(i *yearPlea, t time.Time) {
	i.round++
	i.handed, i.sent, i.to = i.Since, time.Time{}, p.reach(i.lead(), t)
	i.answered, i.unsolved, i.raised, i.told = false, false, false, [4]bool{}
	i.tell(t, "handed over to %v, round %d", i.Units, i.round)
	key, round := fmt.Sprintf("request/%s/%s/%d", i.id, i.lead(), i.round), i.round
	for n, unit := range i.Units {
		past := func(time.Time) bool { return p.open[i.dept] != i || i.round != round }
		p.sends(t, key, p.reach(unit, t), past, func(t time.Time) {
			if n == 0 {
				p.reached(i, key, t)
			}
		})
	}
}

// reached starts the clock of a request, which the department that leads may answer.
func (p *yearPleas) reached(i *yearPlea, key string, t time.Time) {
	i.sent = t
	i.tell(t, "reached it")
	if after := p.AnswersAfter(key); after > 0 {
		p.says(i, demo.Awake(t.Truncate(time.Minute).Add(after)), func(at time.Time) {
			if p.open[i.dept] != i {
				return // it is kept, and nobody told
			}
			i.answers++
			i.answered, i.unsolved = true, false
			i.unpassed = append(i.unpassed, i.answers)
		}, "answered")
	}
}

// says has somebody speak of a problem at an instant, which duban will read.
func (p *yearPleas) says(i *yearPlea, at time.Time, read func(time.Time), what string) {
	p.sayings = append(p.sayings, yearSaying{at, func(now time.Time) {
		i.tell(at, "%s, read %s", what, now.In(demo.Zone).Format("01-02 15:04"))
		read(at)
	}})
}

// pass passes an answer on to whoever asked, who may say what he finds of it.
func (p *yearPleas) pass(i *yearPlea, n int, t time.Time) {
	key := fmt.Sprintf("answered/%s/%d", i.id, n)
	p.sends(t, key, p.reach(i.dept, t), nil, func(t time.Time) { p.finds(i, key, t) })
	p.sends(t, key, p.cast.office, nil, nil)
}

// tellsClosing foretells that whoever asked, and the office, are told that it is closed.
func (p *yearPleas) tellsClosing(i *yearPlea, t time.Time) bool {
	if resting(t) {
		return false
	}
	for _, address := range []string{p.reach(i.dept, t), p.cast.office} {
		p.sends(t, "closed/"+i.id+"/1", address, nil, nil)
	}
	return true
}

// finds has whoever asked say what he finds of an answer that reached him.
func (p *yearPleas) finds(i *yearPlea, key string, t time.Time) {
	say, after := p.Finds(key)
	at := demo.Awake(t.Truncate(time.Minute).Add(after))
	switch say {
	case demo.SaysSolved:
		p.solved[i.dept] = append(p.solved[i.dept], at)
		p.says(i, at, func(time.Time) {
			if p.open[i.dept] == i {
				p.close(i, at, "whoever asked")
				p.later = append(p.later, func(t time.Time) bool { return p.tellsClosing(i, t) })
			}
		}, say)
	case demo.SaysUnsolved:
		p.says(i, at, func(time.Time) {
			if p.open[i.dept] == i && i.answered {
				i.unsolved = true
			}
		}, say)
	}
}

// The steps of a request left unanswered.
const (
	stepWarns = 1 + iota // 15:00 of the second working day
	stepOver             // 18:00 of the third, and the grace
	stepHead             // noon of the next, the head in copy
)

// workdays is the working day n after an instant, at an hour.
func workdays(t time.Time, n, hour int) time.Time {
	for range n {
		t = demo.Workday(t, 1, hour, 0)
	}
	return t
}

// step is the newest step of an unanswered request whose time has come, and its hour; 0 for none,
// and for a warning that is none any more.
func (i *yearPlea) step(t time.Time) (step int, at time.Time) {
	due := workdays(i.sent, 3, 18)
	head := demo.Workday(due, 1, 12, 0)
	for n, s := range []time.Time{workdays(i.sent, 2, 15), due.Add(10*time.Minute + 59*time.Second), head} {
		if !t.Before(s) && (n+1 != stepHead || head.Year() == 2026) {
			step, at = n+1, s
		}
	}
	if step == stepWarns && !t.Before(due) {
		return 0, at
	}
	return step, at
}

// silent reports whether a round of a request reached who is asked, and is not answered.
func (p *yearPleas) silent(i *yearPlea, round int) bool {
	return p.open[i.dept] == i && i.round == round && round > 0 && !i.answered && !i.sent.IsZero()
}

// remind calls the newest step of an unanswered request to mind.
func (p *yearPleas) remind(i *yearPlea, t time.Time) {
	if !p.silent(i, i.round) || p.lost(i, t) {
		return
	}
	step, at := i.step(t)
	if step == 0 || i.told[step] || !p.reminds(t, at) {
		return
	}
	i.told[step] = true
	to := []string{p.reach(i.lead(), t)}
	if step == stepHead {
		to = append(to, p.cast.head[i.lead()])
	}
	round := i.round
	for _, address := range to {
		p.sends(t, fmt.Sprintf("requestdue/%s/%d/%d", i.id, round, step), address, func(t time.Time) bool {
			if !p.silent(i, round) {
				return true
			}
			now, _ := i.step(t)
			return now != step
		}, nil)
	}
	i.tell(t, "reminder %d", step)
}

// raise asks the office whether a lead leader may be told of what nobody answered, and tells him
// with its word of what is left of it.
func (p *yearPleas) raise(t time.Time) {
	if resting(t) {
		return
	}
	lists := map[string][]*yearPlea{}
	for _, i := range p.all {
		if !p.silent(i, i.round) || i.raised || p.lost(i, t) {
			continue
		}
		at := demo.Workday(workdays(i.sent, 3, 18), 1, 18, 0)
		if leader := p.cast.pleads[i.dept].leader; !t.Before(at) && p.reminds(t, at) && at.Year() == 2026 {
			lists[leader] = append(lists[leader], i)
		}
	}
	for leader, list := range lists {
		stamp := t.In(demo.Zone).Format("20060102T1504")
		key := "proposal/" + p.running(t) + "/request-" + leader + "-" + stamp
		rounds := map[*yearPlea]int{}
		for _, i := range list {
			i.raised = true
			rounds[i] = i.round
			i.tell(t, "the office is asked about %s", leader)
		}
		said, heard := p.asks(t, key, workdays(t, 2, 18))
		if p.Agrees(key) != "同意" || heard.IsZero() {
			p.decides(key, said, heard, heard)
			continue
		}
		alone := p.decides(key, said, heard, p.awake(heard))
		p.later = append(p.later, func(t time.Time) bool {
			if t.Before(heard) || resting(t) {
				return false
			}
			left := slices.DeleteFunc(slices.Clone(list), func(i *yearPlea) bool { return !p.silent(i, rounds[i]) || p.lost(i, t) })
			if len(left) == 0 && !alone.IsZero() {
				p.letter(t, confirmation(key, 2), p.cast.office)
			}
			past := func(time.Time) bool {
				return slices.ContainsFunc(left, func(i *yearPlea) bool { return !p.silent(i, rounds[i]) })
			}
			for _, address := range []string{p.cast.leaderMail[leader], p.cast.office} {
				if len(left) > 0 {
					p.sends(t, "requestdue/"+leader+"/"+stamp, address, past, nil)
				}
			}
			return true
		})
	}
}

// running is the week the office is at work on.
func (o *yearOracle) running(t time.Time) string {
	return o.firstWeek(func(w demo.Week) bool { return !t.After(w.Freeze) })
}

// current is the week that is reported for.
func (o *yearOracle) current(t time.Time) string {
	return o.firstWeek(func(w demo.Week) bool { return !t.After(w.Due.Add(10*time.Minute + 59*time.Second)) })
}

// firstWeek is the first week that is so, among those the district lives through and the ones
// after them.
func (o *yearOracle) firstWeek(is func(demo.Week) bool) string {
	last := o.Weeks[len(o.Weeks)-1].Friday
	for _, weeks := range [][]demo.Week{o.Weeks, demo.Weeks(last.AddDate(0, 0, 3), last.AddDate(0, 0, 30))} {
		if i := slices.IndexFunc(weeks, is); i >= 0 {
			return weeks[i].Name
		}
	}
	return ""
}
