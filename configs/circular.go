package configs

import (
	"fmt"
	"strings"

	"duban/state"
)

// The bounds of circulars: so many weeks are looked back, so many working days are given.
const (
	maxStreak  = 26
	maxRectify = 60
)

// circulars reads when a department stands on a draft circular; off makes none.
func (l *loader) circulars(raw rawCircular) state.CircularRule {
	rule := state.DefaultCirculars()
	if raw.Word.Set {
		if raw.Word.Text != "off" {
			l.wrong(raw.Word.At, "写 {late: 2, stale: 5};不拟通报写 off。", "“%s”不是通报的条件。", raw.Word.Text)
		}
		return state.CircularRule{}
	}
	number := func(w word, standard, least, most int) int {
		if !w.Set {
			return standard
		}
		return l.count(w, least, most, fmt.Sprintf("写 %d 到 %d 之间的数。", least, most))
	}
	rule.Late = number(raw.Late, rule.Late, 0, maxStreak)
	rule.Stale = number(raw.Stale, rule.Stale, 0, maxStreak)
	rule.Rectify = number(raw.Rectify, rule.Rectify, 1, maxRectify)
	if raw.Answers.Set {
		rule.Answers = yes(&l.inbox, raw.Answers)
	}
	for _, w := range raw.To {
		if addr := l.address(w); addr != "" {
			rule.To = append(rule.To, strings.ToLower(addr))
		}
	}
	rule.Supervision = strings.ToLower(l.address(raw.Supervision))
	return rule
}

// confirmed reads whether the office is asked before a request is handed over.
func (l *loader) confirmed(w word) bool {
	if w.Set && w.Text != "auto" && w.Text != "confirm" {
		l.wrong(w.At, "写 auto(周报采用后直接转办)或 confirm(先请示办公室)。", "“%s”不是转办的方式。", w.Text)
	}
	return w.Text == "confirm"
}
