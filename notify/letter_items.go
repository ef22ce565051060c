package notify

import (
	"slices"
	"strconv"
	"strings"

	"duban/state"
)

// maxItems is how many items a letter spells out; the rest stands in the attachment.
const maxItems = 30

// item is one numbered cause in a letter of correction: what is wrong, where, and what to
// write there.
type item struct {
	No       string
	Project  string // id; "" for the whole file
	Name     string
	Book     string // attachment, when the letter speaks of several
	Places   []spot // where, one for each sheet and project
	Message  string
	Found    string // 您填的
	Blank    bool   // the cell is empty, so there is nothing to quote
	Last     string // 上周
	Expected string // 应填
	Example  string // 例如
	Unit     string
	Heals    bool // further findings vanish with this one
	Standing standing

	of []state.Finding // the findings it is made of
}

// standing is how an item relates to the letter before it, the law of round two.
type standing string

const (
	standsFirst standing = ""     // there was no letter before
	standsOpen  standing = "open" // told before, still not repaired
	standsNew   standing = "new"  // the edit itself created it, or it could not be checked before
)

// spot is one or more cells of one project's row.
type spot struct{ Project, Name, Sheet, Cells, Title, Unit string }

// told keeps the findings of the given levels that a letter names: those with a cause of
// their own that the department has not explained yet.
func told(findings []state.Finding, levels ...state.Level) []state.Finding {
	var out []state.Finding
	for _, f := range findings {
		if f.Follows == "" && f.Explained == "" && slices.Contains(levels, f.Level) {
			out = append(out, f)
		}
	}
	return out
}

// items merges findings of one cause and writes each as an item, numbered from 1. all are
// the findings of the whole try, to see which follow from which; how tells each finding's
// standing.
func (c *Composer) items(findings, all []state.Finding, how func(state.Finding) standing) []item {
	var out []item
	var causes []state.Finding
	for _, f := range findings {
		same := func(g state.Finding) bool { return oneCause(g, f) && how(g) == how(f) }
		if i := slices.IndexFunc(causes, same); i >= 0 {
			out[i].add(c.spot(f))
			out[i].of = append(out[i].of, f)
			continue
		}
		causes = append(causes, f)
		i := c.item(f, all)
		i.Standing, i.of = how(f), []state.Finding{f}
		out = append(out, i)
	}
	for i := range out {
		out[i].No = strconv.Itoa(i + 1)
		out[i].settle()
	}
	return out
}

// firstTold is the standing of every finding before the first letter.
func firstTold(state.Finding) standing { return standsFirst }

// oneCause reports whether two findings are the same rule on many cells: the sentence is
// the same but for the column's and the project's name, and no cell has its own answer.
func oneCause(a, b state.Finding) bool {
	return a.Rule == b.Rule && a.Book == b.Book && a.Level == b.Level && a.Cell != "" && b.Cell != "" &&
		a.Found == b.Found && a.Expected == b.Expected && a.Last == b.Last && a.Expected == "" && a.Last == "" &&
		bare(a) == bare(b)
}

// bare is a finding's sentence without the names in it.
func bare(f state.Finding) string {
	s := f.Message
	for _, name := range []string{f.Title, f.Name, f.Project, f.Cell, f.Sheet} {
		if name != "" {
			s = strings.ReplaceAll(s, name, "")
		}
	}
	return s
}

func (c *Composer) item(f state.Finding, all []state.Finding) item {
	i := item{
		Project: f.Project, Name: trim(f.Name, quoteCell), Book: trim(f.Book, quoteCell), Places: []spot{c.spot(f)},
		Message: trim(f.Message, quoteText), Found: trim(f.Found, quoteCell), Last: trim(f.Last, quoteCell),
		Expected: trim(f.Expected, quoteText), Example: trim(f.Example, quoteText), Unit: f.Unit,
		Blank: strings.TrimSpace(f.Found) == "" && f.Cell != "",
	}
	if i.Name == "" && f.Project != "" {
		i.Name = c.named([]string{f.Project})[0].Name
	}
	i.Heals = slices.ContainsFunc(all, func(g state.Finding) bool {
		return g.Follows == f.Rule && g.Book == f.Book && (g.Project == f.Project || g.Project == "")
	})
	return i
}

// spot names the cell and the column as the sheet and the form spell them.
func (c *Composer) spot(f state.Finding) spot {
	s := spot{Project: f.Project, Name: trim(f.Name, quoteCell), Sheet: f.Sheet, Title: trim(f.Title, quoteCell), Unit: f.Unit, Cells: f.Cell}
	if len(f.Cells) > 0 {
		s.Cells = list(f.Cells)
	}
	if col := c.Form.Column(f.Column); col != nil {
		if s.Title == "" {
			s.Title = col.Title
		}
		if s.Unit == "" {
			s.Unit = col.Unit
		}
	}
	if s.Unit != "" && strings.Contains(s.Title, s.Unit) {
		s.Unit = "" // the title already says it: 本周完成投资(万元)
	}
	return s
}

// add notes a further cell of the same cause, next to those of the same row.
func (i *item) add(s spot) {
	if i.Project != s.Project {
		i.Project, i.Name = "", "" // each place names its own
	}
	i.Places = append(i.Places, s)
}

// settle finishes a merged item: its sentence names every column it is about. The fields
// below the sentence stay even where it quotes them, so that a clerk finds 您填的 and 应填
// at the same place in every item; only an item about a whole file does without.
func (i *item) settle() {
	if i.Project == "" && i.Places[0].Title == "" { // the whole file: the sentence quotes it
		i.Found = unlessQuoted(i.Found, i.Message)
		i.Expected = unlessQuoted(i.Expected, i.Message)
		i.Last = unlessQuoted(i.Last, i.Message) // another week's word, not last week's figure
		i.Book = unlessQuoted(i.Book, i.Message)
	}
	if i.Found == i.Places[0].Title { // about the header itself
		i.Found = ""
	}
	if i.Example == i.Found { // as it stands is no example of how it should
		i.Example = ""
	}
	var titles []string
	for _, p := range i.Places {
		if p.Title != "" && !slices.Contains(titles, p.Title) {
			titles = append(titles, p.Title)
		}
	}
	if len(titles) > 1 {
		i.Message = strings.Replace(i.Message, titles[0], list(titles), 1)
	}
	i.Places = slices.DeleteFunc(i.Places, func(s spot) bool { return s.Cells == "" }) // nowhere to point at
}

// unlessQuoted is a field, or "" when the sentence above it already shows it.
func unlessQuoted(field, sentence string) string {
	if strings.Contains(sentence, field) {
		return ""
	}
	return field
}

// list joins names as Chinese does.
func list(names []string) string { return strings.Join(names, "、") }
