package rules

import (
	"time"

	"github.com/expr-lang/expr/vm"

	"duban/state"
)

// Case is one mail's workbooks, read and attributed, and what they are judged against.
type Case struct {
	Roster   *state.Roster // nil without a configuration: rules of the registry are silent
	Week     state.Week
	AsOf     time.Time // the day the week's figures are counted to; zero without a schedule
	Received time.Time
	Dept     string
	Books    []state.Book
	Bases    map[string]state.Base   // nil without records: rules of earlier weeks are silent
	Past     map[string][]state.Past // by project, newest first, see Set.Weeks; nil without records
	Lamp     state.LightRule         // the light rule; the scheme's own when it is zero
	Reported []string                // projects this week's earlier mails brought a row of, counted or waiting
	Closed   bool                    // the deadline is past: a project not reported now is missing
}

// run is the judging of one case. Its cells are filled anew for every row.
type run struct {
	*Set
	Case
	machine vm.VM
	env     map[string]any // what expressions see
	columns map[string]column
	cells   []column  // the same in the form's order
	seen    []anyCell // what rules of scope cell see of each of them
	last    map[string]column
	lastEnv map[string]any
	row     rowFacts
	cell    anyCell
	base    baseFacts
	project projectFacts
	total   totalFacts
	past    map[string]any // what the rules ask of earlier weeks
	words   sentence
	hits    []hit
	bad     int // sheets and workbooks that could not be read, and rows of no known project
}

// hit is a finding still tied to what it came from.
type hit struct {
	state.Finding
	rule *Rule
	line *line // nil when it is about no single row
}

// line is a row with its whereabouts.
type line struct {
	*state.Row
	book  *state.Book
	sheet *state.Sheet
	at    map[string]state.ColumnAt
	fixed map[string]state.Value // what leading findings expect in it, by column
}

func newRun(s *Set, c Case) *run {
	r := &run{Set: s, Case: c, columns: map[string]column{}, last: map[string]column{}, lastEnv: map[string]any{}, past: map[string]any{}}
	week := &weekFacts{Known: !c.Week.IsZero(), Year: c.Week.Year, Received: day(c.Received), AsOf: day(c.AsOf)}
	if week.Known {
		week.From = day(c.Week.Monday(time.UTC).AddDate(0, 0, -3))
	}
	r.env = map[string]any{
		"week": week, "row": &r.row, "cell": &r.cell, "base": &r.base, "project": &r.project,
		"total": &r.total, "last": r.lastEnv, "past": r.past, "usual": []int(nil), "column": "", "p": map[string]any(nil),
	}
	for i := range s.form.Columns {
		def := &s.form.Columns[i]
		r.columns[def.ID], r.last[def.ID] = newColumn(def, s.form.EmptyMarkers), newColumn(def, s.form.EmptyMarkers)
		r.cells = append(r.cells, r.columns[def.ID])
		r.env[def.ID], r.lastEnv[def.ID] = r.columns[def.ID].facade(), r.last[def.ID].facade()
	}
	r.seen = make([]anyCell, len(r.cells))
	return r
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02")
}

// day is the day that decides whether a rule is in force.
func (r *run) day() time.Time {
	if r.AsOf.IsZero() {
		return r.Received
	}
	return r.AsOf
}

// load shows a row to the expressions.
func (r *run) load(l *line) {
	for i, c := range r.cells {
		at, v := l.at[c.def.ID], l.value(c.def.ID)
		unit, _ := unitOf(at, c.def)
		c.fill(v, unit)
		r.seen[i] = c.look(v, orElse(at.Title, c.def.Title), l.Class)
	}
	r.row = rowFacts{No: l.No, Class: string(l.Class), Hidden: l.Hidden}
	r.loadProject(l)
	r.loadBase(l)
	r.loadPast(l)
	r.loadLight(l)
}

// value is the cell as judged: what a leading finding expects, else what stands there.
func (l *line) value(id string) state.Value {
	if v, ok := l.fixed[id]; ok {
		return v
	}
	return l.Values[id]
}

func (r *run) loadProject(l *line) {
	r.project = projectFacts{}
	if r.Roster == nil || l.Project == "" {
		return
	}
	p := r.Roster.Project(l.Project)
	if p == nil {
		return
	}
	plan := p.YearPlan
	if !r.Week.IsZero() {
		plan, _ = p.PlanOf(r.Week.Year)
	}
	r.project = projectFacts{
		Known: true, Name: p.Name, Class: string(p.Class), Total: int(p.Total), Plan: int(plan),
		CumBefore: int(p.CumBefore), PlanStart: p.PlanStart, PlanEnd: p.PlanEnd, Active: true,
	}
	if d := r.Roster.Dept(p.Dept); d != nil {
		r.project.Depts = append([]string{d.Name, d.Short}, d.Aliases...)
	}
	if !r.day().IsZero() {
		r.project.Started, r.project.Active = p.Started(r.day()), p.Active(r.day())
	}
	if leader := r.Roster.Leader(p.LeadLeader); leader != nil {
		r.project.Leader = leader.Name
	}
}

// loadBase shows last week's figures. In a new year the year's sum starts again at nought.
func (r *run) loadBase(l *line) {
	base, known := r.Bases[l.Project]
	r.base = baseFacts{}
	if known && l.Project != "" {
		r.base = baseFacts{Known: true, Fresh: base.Fresh, YTD: int(base.YTD), Cum: int(base.Cum), Week: base.Week.String()}
		if !base.Week.IsZero() && base.Week.Year < r.Week.Year {
			r.base.YTD = 0
		}
		r.carryIn(l, base)
	}
	r.lastEnv["known"] = base.Counted != nil
	for id, c := range r.last {
		var v state.Value
		if base.Counted != nil {
			v = base.Counted.Values[id]
		}
		c.fill(v, state.Wan)
	}
}

// carryIn puts right what a registry of another year than the week's says was done before the
// year began: it follows from the figures accepted last, as on the pre-filled form. Where weeks
// lie between that nobody reported, more may have been done than we know: the row's own word
// stands if it is no less.
func (r *run) carryIn(l *line, base state.Base) {
	if r.Roster == nil {
		return
	}
	p := r.Roster.Project(l.Project)
	if p == nil || p.Year == 0 || r.Week.IsZero() || p.Year == r.Week.Year {
		return
	}
	r.project.CumBefore = r.base.Cum - r.base.YTD
	cum, ytd := r.columns["cum_invest"].amount, r.columns["ytd_invest"].amount
	if base.Fresh && !base.Week.IsZero() || base.Week.Year == r.Week.Year || cum == nil || ytd == nil || !cum.Set || !ytd.Set {
		return
	}
	r.project.CumBefore = max(r.project.CumBefore, cum.Fen-ytd.Fen)
}

// usualOf lists the amounts in 分 a column may plausibly hold for the row, given what is
// known without it; what is not known is left out.
func (r *run) usualOf(column string) []int {
	switch column {
	case "total_invest":
		return []int{r.project.Total}
	case "year_plan":
		return []int{r.project.Plan}
	case "ytd_invest":
		return []int{r.base.YTD}
	case "cum_invest":
		return []int{r.base.Cum}
	case "week_invest":
		if r.base.Fresh {
			return []int{r.likelyYTD() - r.base.YTD}
		}
	}
	return nil
}

// likelyYTD is the year's sum of the row, read in the unit in which it lies near last week's:
// whoever slips in one column mostly slips in its neighbour too.
func (r *run) likelyYTD() int {
	c := r.columns["ytd_invest"]
	if c.amount == nil || !c.amount.Set {
		return 0
	}
	if right := slip(c.amount.Fen, []int{r.base.YTD}, 0.5); right != 0 {
		return right
	}
	return c.amount.Fen
}
