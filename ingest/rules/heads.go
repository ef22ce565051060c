package rules

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"duban/state"
)

// head tells what of the head of a registered department's report names nobody. A workbook
// without any head of the kind is another table of theirs; there nothing is asked.
func (r *run) head(b *state.Book) {
	if r.Roster == nil || b.UnitName == "" && b.Dated == "" && b.Filler == "" && b.Reviewer == "" {
		return
	}
	var lack []string
	if b.Filler == "" {
		lack = append(lack, "填报人")
	}
	if b.Reviewer == "" {
		lack = append(lack, "审核人")
	}
	if len(lack) > 0 {
		r.raise(ruleHead, state.Finding{Book: b.Name, Found: strings.Join(lack, "、")}, nil, "")
	}
}

// weekWritten is a week's number as a title writes it: 第39周, 第1期.
var weekWritten = regexp.MustCompile(`第\s*(\d{1,2})\s*[周期]`)

// weekNumber notes a title whose number is not that of the week its days lie in: the first days
// of January mostly belong to the last week of the year before.
func (r *run) weekNumber(b *state.Book) {
	if b.Week.IsZero() {
		return
	}
	for _, s := range b.Sheets {
		m := weekWritten.FindStringSubmatch(s.Title)
		if m == nil {
			continue
		}
		if n, err := strconv.Atoi(m[1]); err == nil && n != b.Week.No {
			r.raise(ruleWeekNumber, state.Finding{
				Book: b.Name, Sheet: s.Name, Found: m[0], Expected: strconv.Itoa(b.Week.Year) + "年第" + strconv.Itoa(b.Week.No) + "周",
			}, nil, "")
			return
		}
	}
}

// units notes a sheet whose columns of money are counted in different units.
func (r *run) units(b *state.Book, s *state.Sheet) {
	var units, each []string
	for _, at := range s.Columns {
		def := r.form.Column(at.ID)
		if def == nil || def.Kind != state.KindMoney {
			continue
		}
		_, unit := unitOf(at, def)
		if !slices.Contains(units, unit) {
			units = append(units, unit)
			each = append(each, at.Title+unit)
		}
	}
	if len(units) > 1 {
		r.raise(ruleMixedUnits, state.Finding{Book: b.Name, Sheet: s.Name, Found: strings.Join(each, "、")}, nil, "")
	}
}
