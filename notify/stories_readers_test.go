package notify

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"duban/state"
)

// readings are the editions by reader of the district's week 38, as the leaders were told it,
// and the pack for the meeting on the Monday after.
func readings(t *testing.T, add adder) {
	d, prev := digest38(t), digest37(t)
	for c, week := range map[state.Class]state.Fen{state.ClassContinuing: 4500, state.ClassNewStart: 2633, state.ClassPreliminary: 80} {
		sums := prev.ByClass[c]
		sums.Week = week * state.Wan
		prev.ByClass[c] = sums
	}
	d.Issues.Moved = []string{"I01"}
	d.Issues.Done = []state.WeekIssue{{Issue: state.Issue{ID: "I31", Project: "LC2026-006", Dept: "D05", Text: "临时便道未通", Closed: week38}}}
	d.Issues.Closed = []string{"I31"}
	f := d.Projects["LC2026-049"]
	f.Unverified = true
	d.Projects["LC2026-049"] = f
	e := Edition{Digest: d, Past: []*state.Digest{&prev}, Now: on(t, "09-21 09:00"), Depts: map[string]*state.DeptWeek{
		"D05": {Week: week38, Dept: "D05", State: state.Correcting, Wait: []string{"LC2026-043"}},
	}}
	own := func(id string) {
		add("own", id, func(c *Composer) (Draft, error) {
			september := state.Month{Year: 2026, Month: time.September}
			visited := &state.DeptWeek{Week: week38, Dept: "D05", Rows: []state.Counted{{
				Project: "LC2026-006", Received: on(t, "09-18 16:31"), Values: map[string]state.Value{"visit_date": {Cell: "V4", Text: "2026-09-15"}},
			}}}
			told := e
			told.Visits = Visits{Month: september, Begun: on(t, "08-03 09:00"), Now: e.Now}
			told.Visits.Leaders = c.Roster.Visits(september, []map[string]*state.DeptWeek{{"D05": visited}}, nil, nil, e.Now)
			return c.Own(told, c.Roster.Leader(id))
		})
	}
	own("L10") // nine projects
	own("L06") // 招商 among them
	add("formal", "biweekly", func(c *Composer) (Draft, error) {
		return c.Formal(e, &c.Roster.Recipients[0], []state.Week{week38.Add(-1), week38})
	})
	add("formal", "weekly", func(c *Composer) (Draft, error) {
		quiet := e
		quiet.Digest.Issues = state.IssueList{}
		return c.Formal(quiet, &c.Roster.Recipients[3], []state.Week{week38})
	})
	for _, dept := range []string{"D05", "D25", "D02"} {
		add("standing", dept, func(c *Composer) (Draft, error) { return c.Standing(e, dept) })
	}
	late := e
	late.Digest.Issues.List = slices.Clone(d.Issues.List)
	late.Digest.Issues.List[0].Deadline, late.Digest.Issues.List[0].Overdue = "2026-09-15", true
	late.Digest.Issues.List[0].Opened = week38.Add(-4)
	meeting := func(name string, e Edition) {
		add("meeting", name, func(c *Composer) (Draft, error) { return c.Meeting(e, week38.Add(1), on(t, "09-21 15:00")) })
	}
	late.Overdue = []state.Overdue{{Issue: "I07", Project: "LC2026-043", Units: []string{"D21", "D13"}, Due: on(t, "09-17 18:00")}}
	meeting("w39", late)
	none := e
	none.Digest.Issues = state.IssueList{}
	meeting("none", none)
}

// corrected38 is the corrected edition for one reader of the district's week 38.
func corrected38(t *testing.T, add adder, name string, to func(*Composer) reading) {
	add("corrected", name, func(c *Composer) (Draft, error) {
		before, after := changed38(t)
		r := to(c)
		r.occasion.Week, r.occasion.Round = week38, correctedRound
		d, ok, err := c.CorrectedFor(revised(t, c, before, after), r, on(t, "09-21 09:00"))
		if err == nil && !ok {
			err = fmt.Errorf("%s: nothing to correct", name)
		}
		return d, err
	})
}

// revised is a week as it was told and as it is at the hour of the corrected edition.
func revised(t *testing.T, c *Composer, told, is state.Digest) revision {
	t.Helper()
	r, err := c.compared(told, Edition{Digest: is, Now: on(t, "09-21 18:30")})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What rounds away in the totals, which are 亿元, stands in the line of its class: the bodies are
// told of it, and of a report that brings no figure at all. Where nothing is otherwise they are not
// written to.
func TestTheBodiesAreToldWhatTheTotalsRoundAway(t *testing.T) {
	page := &capture{}
	c := composer(t, page)
	body := reading{body: &c.Roster.Recipients[0], occasion: state.Occasion{Topic: state.TopicSummary, Week: week38, Target: "R01", Round: correctedRound}}
	told := func(change func(*state.Digest)) (correctedPage, bool) {
		is := digest38(t)
		change(&is)
		page.data = nil
		_, ok, err := c.CorrectedFor(revised(t, c, digest38(t), is), body, on(t, "09-21 09:00"))
		if err != nil {
			t.Fatal(err)
		}
		p, _ := page.data.(correctedPage)
		return p, ok
	}
	if _, ok := told(func(*state.Digest) {}); ok {
		t.Error("a body is written to about nothing")
	}
	p, ok := told(func(is *state.Digest) {
		class := is.ByClass[state.ClassPreliminary]
		class.Week, class.YTD = class.Week+7*state.Wan, class.YTD+7*state.Wan
		is.ByClass[state.ClassPreliminary] = class
		is.Overall.Week, is.Overall.YTD = is.Overall.Week+7*state.Wan, is.Overall.YTD+7*state.Wan
	})
	if !ok || p.YTD != p.YTDWas || len(p.Body.Classes) != 1 || p.Body.Classes[0].Name != "前期" || p.Body.Classes[0].Done == p.Body.Classes[0].DoneWas {
		t.Errorf("of 7 万元 a body is told %v: %+v", ok, p.Body)
	}
	p, ok = told(func(is *state.Digest) {
		for id, f := range is.Projects {
			if f.Stale {
				f.Stale = false
				is.Projects[id] = f
				return
			}
		}
	})
	if !ok || p.Body.Stale == p.Body.StaleWas {
		t.Errorf("of a project without change a body is told %v: %+v", ok, p.Body)
	}
}

// A reader of whose projects nothing changed gets no corrected edition, and one who does reads
// of no other project.
func TestACorrectedEditionGoesToThoseItTouches(t *testing.T) {
	c := composer(t, &capture{})
	before, after := changed38(t)
	week := revised(t, c, before, after)
	touched := map[string]bool{}
	for _, p := range week.is.Projects {
		for _, old := range week.was.Projects {
			if p.ID == old.ID && (p.Week != old.Week || p.YTD != old.YTD || p.Shown != old.Shown || p.Stale != old.Stale) {
				touched[p.Lead], touched[p.Dept] = true, true
			}
		}
	}
	if len(touched) < 2 || len(touched) > 10 {
		t.Fatalf("%d readers touched: the sample proves nothing", len(touched))
	}
	check := func(id string, r reading) {
		r.occasion = state.Occasion{Topic: state.TopicSummary, Week: week38, Target: id, Round: correctedRound}
		_, ok, err := c.CorrectedFor(week, r, on(t, "09-21 09:00"))
		if err != nil || ok != touched[id] {
			t.Errorf("%s: told %v (%v), want %v", id, ok, err, touched[id])
		}
		if page, is := c.Pages.(*capture).data.(correctedPage); ok && is {
			for _, f := range page.Figures {
				if r.dept != "" && f.DeptName != c.Roster.Dept(r.dept).Short {
					t.Errorf("%s is told of %s, a project of %s", id, f.Name, f.DeptName)
				}
			}
		}
	}
	for i := range c.Roster.Leaders {
		check(c.Roster.Leaders[i].ID, reading{leader: &c.Roster.Leaders[i]})
	}
	for _, d := range c.Roster.Depts {
		check(d.ID, reading{dept: d.ID})
	}
}

// A lead leader's edition names his projects and nobody else's, whoever he is.
func TestAnOwnEditionNamesNoOtherLeadersProject(t *testing.T) {
	page := &capture{}
	c := composer(t, page)
	e := Edition{Digest: digest38(t), Now: on(t, "09-21 09:00")}
	total := 0
	for i := range c.Roster.Leaders {
		l := &c.Roster.Leaders[i]
		if _, err := c.Own(e, l); err != nil {
			t.Fatal(err)
		}
		own := map[string]bool{}
		for _, p := range c.Roster.Projects {
			own[p.Name] = own[p.Name] || p.LeadLeader == l.ID
		}
		p := page.data.(ownPage)
		var named []string
		for _, r := range p.Projects {
			named = append(named, r.Name)
		}
		total += len(named)
		for _, r := range p.Lamps {
			named = append(named, r.Name)
		}
		for _, r := range p.Decisions {
			named = append(named, r.Name)
		}
		for _, r := range p.Milestones {
			named = append(named, r.Name)
		}
		for _, name := range named {
			if !own[name] {
				t.Errorf("%s is told of %s", l.ID, name)
			}
		}
	}
	if total != len(c.Roster.Projects) {
		t.Errorf("the own editions hold %d projects of %d", total, len(c.Roster.Projects))
	}
}

// What a department is told of the others is numbers: no other department is named.
func TestAStandingNamesNoOtherDepartment(t *testing.T) {
	c := composer(t, pages(t))
	e := Edition{Digest: digest38(t), Now: on(t, "09-21 09:00")}
	e.Digest.Issues = state.IssueList{} // what the department wrote itself may name whom it asks
	for _, d := range c.Roster.Depts {
		draft, err := c.Standing(e, d.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range c.Roster.Depts {
			if other.ID == d.ID {
				continue
			}
			named := 0
			for _, p := range c.Roster.Projects {
				if p.Dept == d.ID {
					named += strings.Count(p.Name, other.Short)
				}
			}
			if n := strings.Count(draft.Text, other.Short); n > 0 && named == 0 {
				t.Errorf("%s reads of %s:\n%s", d.ID, other.Short, draft.Text)
			}
		}
	}
}
