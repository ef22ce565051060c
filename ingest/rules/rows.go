package rules

import (
	"slices"

	"duban/state"
)

// judgeRow judges one row: its unreadable cells first, then every rule by itself, then who
// silences and who follows whom. It returns the row's findings, which it has also kept.
func (r *run) judgeRow(l *line) []hit {
	first := len(r.hits)
	r.load(l)
	if r.project.Known && !r.project.Active { // none of it is taken, so none of it must be right
		hits := silence(r.rowRules(l, func(rule *Rule) bool { return slices.Contains(offList, rule.Name) }))
		r.hits = append(r.hits, hits...)
		return hits
	}
	r.doubts(l)
	hits := silence(r.rowRules(l, func(*Rule) bool { return true }))
	r.hits = append(r.hits, r.follow(l, hits)...)
	place := func(h hit) int {
		return slices.IndexFunc(l.sheet.Columns, func(c state.ColumnAt) bool { return c.ID == h.Column })
	}
	slices.SortStableFunc(r.hits[first:], func(a, b hit) int { return place(a) - place(b) }) // as the row is read
	return r.hits[first:]
}

// offList are the rules for rows of projects that are off the list in the week.
var offList = []string{"project-closed", "closed-figures-changed"}

// naming are the columns a row is recognised by.
var naming = []string{"project_id", "project_name"}

// doubts tells of the cells without a certain value. In a column of words other than the
// project's own name and code it is no more than a question: no figure depends on it.
func (r *run) doubts(l *line) {
	for i := range r.form.Columns {
		def := &r.form.Columns[i]
		v := l.Values[def.ID]
		if v.Doubt == "" {
			continue
		}
		f := r.about(l, def.ID)
		f.Example = v.Near
		if rule := r.byName[v.Doubt]; def.Kind == state.KindText && !slices.Contains(naming, def.ID) && rule != nil && rule.Level == state.LevelError {
			f.Level = state.LevelWarning
		}
		if v.Doubt == ruleNotStated {
			f.Level = askFor(def, l.Class)
		}
		if h := r.raise(v.Doubt, f, l, ""); h != nil && told(l.book, v.Doubt) {
			h.Follows = v.Doubt // the header was named already; its repair settles every cell below
		}
	}
}

// askFor is how much depends on an amount of which a row says only 无 or a dash: it must be
// stated where the class of project needs it, is a question while the class is not known,
// and else nothing.
func askFor(def *state.Column, class state.Class) state.Level {
	switch {
	case class != "" && needed(def, class):
		return state.LevelError
	case class == "":
		return state.LevelWarning
	}
	return state.LevelNote
}

// rowRules asks the chosen rules about the row that is loaded.
func (r *run) rowRules(l *line, chosen func(*Rule) bool) []hit {
	var hits []hit
	for _, rule := range r.rules {
		if rule.when == nil || rule.Scope == ScopeSheet || !chosen(rule) || !r.knows(rule) || !rule.applies(l.Row, r.Dept, r.day()) {
			continue
		}
		r.env["p"] = rule.Params
		switch {
		case len(rule.At) > 0:
			for _, at := range rule.places {
				hits = r.ask(rule, l, at, hits)
			}
		case rule.Scope == ScopeCell:
			for at := range r.seen {
				if l.Values[r.seen[at].Column].Cell != "" {
					hits = r.ask(rule, l, at, hits)
				}
			}
		default:
			hits = r.ask(rule, l, -1, hits)
		}
	}
	return hits
}

// knows tells whether what the rule's scope needs is known for the loaded row.
func (r *run) knows(rule *Rule) bool {
	switch rule.Scope {
	case ScopeRegistry:
		return r.project.Known
	case ScopeProject:
		return r.project.Known && r.base.Known
	}
	return true
}

// ask puts one rule to a cell of the loaded row, by its column's place in the form; -1 to none.
func (r *run) ask(rule *Rule, l *line, at int, hits []hit) []hit {
	r.cell = anyCell{}
	if at >= 0 {
		r.cell = r.seen[at]
	}
	if !r.certain(rule.when) || rule.when.blank && !r.cell.Blank {
		return hits
	}
	id := r.cell.Column
	if at >= 0 && rule.Scope == ScopeProject {
		r.env["usual"] = r.usualOf(id)
		if rule.asks["past."+pastCell] {
			r.past[pastCell] = textsOf(id, r.Past[l.Project])
		}
	}
	if !r.holds(rule.when) {
		return hits
	}
	f := r.about(l, id)
	unit := state.Fen(0)
	if at >= 0 {
		unit, _ = unitOf(l.at[id], r.cells[at].def)
	}
	if rule.milder != nil && rule.Level == state.LevelError && !rule.Trial && r.certain(rule.milder) && r.holds(rule.milder) {
		f.Level = state.LevelWarning
	}
	return append(hits, hit{r.tell(rule, f, "", "", unit), rule, l})
}

// certain tells whether every value the condition asks for can be read with certainty: a
// blank or unreadable cell keeps the rule silent.
func (r *run) certain(c *condition) bool {
	for _, at := range c.places {
		if !r.cells[at].set() {
			return false
		}
	}
	return !c.cell || r.cell.Set
}

// holds runs a condition. One that cannot be computed does not hold: a rule never accuses
// by mistake.
func (r *run) holds(c *condition) bool {
	v, err := r.machine.Run(c.program, r.env)
	yes, ok := v.(bool)
	return err == nil && ok && yes
}

// needed tells whether a project of the class must fill the column. Of a row whose class is
// not known only that is asked which every class must fill.
func needed(def *state.Column, class state.Class) bool {
	if class != "" {
		return def.Needs(class)
	}
	return !slices.ContainsFunc(state.Classes(), func(c state.Class) bool { return !def.Needs(c) })
}

// silence drops the findings that another finding of the row makes pointless: those that
// reckon with the cell it is about.
func silence(hits []hit) []hit {
	loud := slices.DeleteFunc(slices.Clone(hits), func(h hit) bool { return len(h.rule.Silences) == 0 || h.Level == state.LevelNote })
	return slices.DeleteFunc(hits, func(h hit) bool {
		return slices.ContainsFunc(loud, func(s hit) bool {
			return slices.Contains(s.rule.Silences, h.Rule) && (h.Column == s.Column || slices.Contains(h.rule.when.needs, s.Column))
		})
	})
}
