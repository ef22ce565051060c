package rules

import (
	"fmt"
	"slices"
	"strings"

	"duban/state"
)

// One cause is told once. When a finding says what a cell should hold (or, for a suspected
// unit, what it would hold in the right one), that value is put in its place and the rules
// that may follow it are asked again:
//
//   - a finding that is gone then follows: it has no item of its own in a letter, and no
//     expected value, because what stands there is right;
//   - a finding that appears only then is a consequence: the cell fitted the wrong figure
//     and must be changed with it. It is told in the leading item and its cell is marked.

// maxDepth is how long a chain of leading findings may be: unit, year's sum, cumulative.
const maxDepth = 4

// follow settles who leads and who follows among a row's findings. What is still wrong once
// the cause is repaired is told as it will then stand.
func (r *run) follow(l *line, hits []hit) []hit {
	for range maxDepth {
		leads := r.fix(l, hits)
		if len(leads) == 0 {
			break
		}
		r.load(l) // with what the leading findings expect
		after := silence(r.rowRules(l, func(rule *Rule) bool { return len(rule.Follows) > 0 }))
		for i := range hits {
			lead := leadOf(&hits[i], hits, leads)
			if lead == nil || hits[i].Follows != "" {
				continue
			}
			if a := sameIn(after, hits[i]); a != nil {
				hits[i] = *a
			} else {
				trail(&hits[i].Finding, lead)
			}
		}
		for _, a := range after {
			lead := leadOf(&a, hits, leads)
			if lead == nil || sameIn(hits, a) != nil || l.has(a.Column) || a.Expected == "" || a.Level == state.LevelNote {
				continue
			}
			mention(lead, a.Title, a.Cell, a.Expected)
			r.put(l, a)
		}
	}
	return hits
}

// sameIn finds the finding of the same rule on the same column.
func sameIn(hits []hit, h hit) *hit {
	for i := range hits {
		if hits[i].Rule == h.Rule && hits[i].Column == h.Column {
			return &hits[i]
		}
	}
	return nil
}

// has tells whether a finding has put a value into the column.
func (l *line) has(column string) bool {
	_, put := l.fixed[column]
	return put
}

// fix puts what the next leading findings expect into the row and names their rules. One that
// itself follows another waits until that one is settled.
func (r *run) fix(l *line, hits []hit) []string {
	waits := func(h hit) bool {
		return slices.ContainsFunc(hits, func(g hit) bool {
			return slices.Contains(h.rule.Follows, g.Rule) && g.Follows == "" && g.rule.Leads && !l.has(g.Column)
		})
	}
	var next []hit
	for _, h := range hits {
		if h.rule.Leads && h.Follows == "" && h.Level != state.LevelNote && !waits(h) {
			next = append(next, h)
		}
	}
	var leads []string
	for _, h := range next {
		if r.put(l, h) {
			leads = append(leads, h.Rule)
		}
	}
	return leads
}

// put puts the amount a finding expects into the row; false when it expects none, or another
// finding has put one there.
func (r *run) put(l *line, h hit) bool {
	c := r.columns[h.Column]
	if c.amount == nil || l.has(h.Column) {
		return false
	}
	unit, _ := unitOf(l.at[h.Column], c.def)
	want := orElse(h.Expected, h.Example)
	f, err := state.ParseFen(want, unit)
	if err != nil {
		return false
	}
	if l.fixed == nil {
		l.fixed = map[string]state.Value{}
	}
	l.fixed[h.Column] = state.Value{Cell: h.Cell, Text: f.Wan(), Raw: want}
	return true
}

// leadOf finds the finding h may follow among those of the leading rules.
func leadOf(h *hit, hits []hit, leads []string) *state.Finding {
	for i := range hits {
		if slices.Contains(leads, hits[i].Rule) && slices.Contains(h.rule.Follows, hits[i].Rule) {
			return &hits[i].Finding
		}
	}
	return nil
}

// trail marks a finding as repaired by the repair of another.
func trail(f *state.Finding, lead *state.Finding) {
	f.Follows = lead.Rule
	f.Expected, f.Example = "", ""
	if f.Cell == lead.Cell {
		f.Message = fmt.Sprintf("与同一格的另一项是同一原因,%s改好后即相符。", lead.Title)
		return
	}
	f.Message = fmt.Sprintf("%s(%s)改好后,此处即相符,请一并核对。", lead.Title, lead.Cell)
}

// mention adds a consequence to the leading item.
func mention(lead *state.Finding, title, cell, expected string) {
	const check = ",请一并核对。"
	also := fmt.Sprintf("%s(%s)相应应为%s", title, cell, expected)
	if strings.Contains(lead.Message, also) {
		return
	}
	if before, more := strings.CutSuffix(lead.Message, check); more {
		lead.Message = before + ";" + also + check
	} else {
		lead.Message += "改好后," + also + check
	}
	if len(lead.Cells) == 0 {
		lead.Cells = []string{lead.Cell}
	}
	lead.Cells = append(lead.Cells, cell)
}
