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

// follow settles who leads and who follows among a row's findings.
func (r *run) follow(l *line, hits []hit) []hit {
	leads := r.fix(l, hits)
	if len(leads) == 0 {
		return hits
	}
	r.load(l) // with what the leading findings expect
	after := silence(r.rules4(l, func(rule *Rule) bool { return rule.when != nil && len(rule.Follows) > 0 }))
	for i := range hits {
		lead := leadOf(&hits[i], hits, leads)
		if lead == nil {
			continue
		}
		if !slices.ContainsFunc(after, func(a hit) bool { return a.Rule == hits[i].Rule && a.Column == hits[i].Column }) {
			trail(&hits[i].Finding, lead)
		}
	}
	for _, a := range after {
		before := slices.ContainsFunc(hits, func(h hit) bool { return h.Rule == a.Rule && h.Column == a.Column })
		if _, led := l.fixed[a.Column]; before || led || a.Expected == "" || a.Level == state.LevelNote {
			continue
		}
		if i := slices.IndexFunc(hits, func(h hit) bool { return slices.Contains(leads, h.Rule) && slices.Contains(a.rule.Follows, h.Rule) }); i >= 0 {
			mention(&hits[i].Finding, a.Title, a.Cell, a.Expected)
			r.put(l, a)
		}
	}
	return hits
}

// fix puts what the leading findings expect into the row and names the rules that lead.
func (r *run) fix(l *line, hits []hit) []string {
	var leads []string
	for _, h := range hits {
		if h.rule.Leads && h.Level != state.LevelNote && r.put(l, h) {
			leads = append(leads, h.Rule)
		}
	}
	return leads
}

// put puts the amount a finding expects into the row; false when it expects none, or another
// finding has put one there.
func (r *run) put(l *line, h hit) bool {
	def := r.form.Column(h.Column)
	if def == nil || def.Kind != state.KindMoney {
		return false
	}
	unit, _ := unitOf(l.at[h.Column], def)
	want := orElse(h.Expected, h.Example)
	f, err := state.ParseFen(want, unit)
	if _, twice := l.fixed[h.Column]; err != nil || twice {
		return false
	}
	if l.fixed == nil {
		l.fixed = map[string]state.Value{}
	}
	l.fixed[h.Column] = state.Value{Cell: h.Cell, Text: f.Wan(), Raw: want}
	return true
}

// leadOf finds the leading finding h may follow; nil when h leads itself or follows none.
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
	also := fmt.Sprintf("改好后,%s(%s)相应应为%s,请一并核对。", title, cell, expected)
	if strings.Contains(lead.Message, also) {
		return
	}
	lead.Message += also
	if len(lead.Cells) == 0 {
		lead.Cells = []string{lead.Cell}
	}
	lead.Cells = append(lead.Cells, cell)
}
