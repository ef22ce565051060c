package configs

import (
	"slices"
	"strings"

	"duban/state"
)

// texts are the words without their places; empty ones are dropped.
func texts(ws []word) []string {
	var out []string
	for _, w := range ws {
		if w.Text != "" {
			out = append(out, w.Text)
		}
	}
	return out
}

// class reads one of the four classes.
func class(in *inbox, w word) (state.Class, bool) {
	c := state.Class(w.Text)
	if slices.Contains(state.Classes(), c) {
		return c, true
	}
	in.wrong(w.At, "写 续建、新开工、前期 或 招商。", "没有“%s”这一类项目。", w.Text)
	return "", false
}

// yes reads a yes-or-no word; absent means no.
func yes(in *inbox, w word) bool {
	switch strings.ToLower(w.Text) {
	case "true", "yes", "是", "y", "1":
		return true
	case "", "false", "no", "否", "n", "0":
		return false
	}
	in.wrong(w.At, "写 true 或 false。", "“%s”要写成是或否。", w.Text)
	return false
}

// remedyNear suggests the nearest known name before the general remedy.
func remedyNear(written string, known []string, remedy string) string {
	if near := nearest(written, known); near != "" {
		return "是不是“" + near + "”?" + remedy
	}
	return remedy
}
