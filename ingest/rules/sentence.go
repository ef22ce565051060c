package rules

import (
	"math/big"
	"strings"

	"duban/state"
)

// sentence is what the templates of one finding may name.
type sentence struct {
	state.Finding
	detail string
	unit   state.Fen // what one of the column's figures is worth
}

// bind puts the words of a finding before the templates.
func (r *run) bind(w sentence) {
	r.words = w
	for name, text := range map[string]string{
		"found": w.Found, "expected": w.Expected, "near": w.Example, "was": w.Last, "title": w.Title, "unit": w.Unit,
		"name": w.Name, "sheet": w.Sheet, "place": w.Cell, "book": w.Book, "detail": w.detail,
	} {
		r.env[name] = text
	}
	r.env["money"] = func(fen int) string { return inUnit(state.Fen(fen), r.words.unit) }
}

// inUnit prints an amount as the department's column counts it.
func inUnit(f, unit state.Fen) string {
	if unit == 0 {
		unit = state.Wan
	}
	s := new(big.Rat).SetFrac64(int64(f), int64(unit)).FloatString(8)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// tell completes a finding with its rule's level, deferral and sentences. reason picks one
// of the rule's more exact sentences; detail is a figure or word the code adds.
func (r *run) tell(rule *Rule, f state.Finding, reason, detail string, unit state.Fen) state.Finding {
	if f.Level == "" {
		f.Level = rule.level()
	}
	f.Rule = rule.Name
	f.Deferred = f.Deferred || rule.Deferred
	r.env["p"] = rule.Params
	r.bind(sentence{f, detail, unit})
	f.Expected = orElse(f.Expected, rule.expected.fill(&r.machine, r.env))
	f.Example = orElse(f.Example, rule.near.fill(&r.machine, r.env))
	f.Last = orElse(rule.last.fill(&r.machine, r.env), f.Last)
	r.bind(sentence{f, detail, unit})
	say := rule.say
	if t, ok := rule.Reasons[reason]; ok {
		say = t
	}
	f.Message = orElse(f.Message, say.fill(&r.machine, r.env))
	return f
}

func orElse(s, other string) string {
	if s != "" {
		return s
	}
	return other
}

// Tell completes a finding raised by code outside this package; what the caller set stands.
// A name no rule has comes back in the words of "value-unclear": nothing found is lost.
func (s *Set) Tell(name string, f state.Finding, detail string) state.Finding {
	rule := s.Rule(name)
	if rule == nil {
		rule = s.Rule(ruleUnclear)
	}
	if rule == nil {
		f.Rule, f.Level = name, state.LevelWarning
		return f
	}
	if rule.Trial {
		f.Level = state.LevelNote
	}
	return newRun(s, Case{}).tell(rule, f, "", detail, 0)
}
