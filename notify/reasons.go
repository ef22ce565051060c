package notify

import (
	"strings"

	"duban/state"
)

// Lights and scores are judged where nobody knows of words (state). They are worded once, here,
// from templates the office may change, and kept as they were worded: what readers were told
// does not change with a template.

// Digest draws the figures of a week, the reasons of its lights in words.
func (c *Composer) Digest(f state.Facts) (state.Digest, error) {
	d := state.Summarise(f)
	return d, d.Explain(c.lightWhy)
}

// lightWhy says why a light is as it is; "" for a light that needs no reason.
func (c *Composer) lightWhy(r state.LightReason) (string, error) {
	if r.Case == "" {
		return "", nil
	}
	return c.inLine("light", r)
}

// deduction is the data of deduction.txt.tmpl: a state.ScoreReason with its times written out.
type deduction struct {
	Case, Excuse, Pardon string
	At, Since            string
	Project, Name        string
	Of, Count            int
	Named                string
	More                 bool
}

// MonthScore draws the sheet of a month, its reasons in words.
func (c *Composer) MonthScore(r *state.Records, rule state.ScoreRule, roster *state.Roster, m state.Month) (state.MonthScore, error) {
	sheet, err := r.Scores(rule, roster, c.Schedule, m)
	if err != nil {
		return sheet, err
	}
	return sheet, sheet.Explain(c.deduction)
}

// deduction says why points were taken, or were not.
func (c *Composer) deduction(r state.ScoreReason) (string, error) {
	d := deduction{
		Case: string(r.Case), Excuse: string(r.Excuse), Pardon: string(r.Pardon), Project: r.Project, Name: r.Name,
		Of: r.Of, Count: r.Count, Named: list(r.Named), More: r.More,
	}
	if !r.At.IsZero() {
		d.At = c.at(r.At)
	}
	if !r.Since.IsZero() {
		d.Since = c.at(r.Since)
	}
	return c.inLine("deduction", d)
}

// inLine says something in one line.
func (c *Composer) inLine(name string, data any) (string, error) {
	lines, err := c.Pages.Say(name, data)
	return strings.Join(lines, ""), err
}
