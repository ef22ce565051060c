package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"duban/state"
)

// What Excel shows beside a cell at most, in UTF-16 units; WPS and LibreOffice take as much.
const (
	maxPrompt      = 255
	maxPromptTitle = 32
	maxList        = 255
)

// prompts puts a prompt on every cell to be filled in, and beside it the check of its kind.
// All checks warn and let the clerk go on: a negative sum, a date not yet known, a word of the
// old list can each be right, and what is wrong is asked about by letter.
func (s *formSheet) prompts() error {
	for j, id := range s.Columns {
		c := s.column(id)
		if s.use(c) == byOffice {
			continue
		}
		dv := excelize.NewDataValidation(true)
		dv.SetSqref(fmt.Sprintf("%s:%s", cell(j, s.first()), cell(j, s.last())))
		if text := prompt(c); text != "" {
			dv.SetInput(cutUnits(c.Title+inUnit(c.Unit), maxPromptTitle), text)
		}
		if err := s.check(dv, c); err != nil {
			return fmt.Errorf("check of %s: %w", id, err)
		}
		if !dv.ShowInputMessage && !dv.ShowErrorMessage && dv.Type == "" {
			continue
		}
		if err := s.AddDataValidation(s.Name, dv); err != nil {
			return fmt.Errorf("check of %s: %w", id, err)
		}
	}
	day := excelize.NewDataValidation(true)
	day.SetSqref("I2")
	day.SetInput("填报日期", "写年-月-日,例如 "+s.Due.Format("2006-01-02")+"。")
	return s.AddDataValidation(s.Name, day)
}

// prompt is a column's help and example.
func prompt(c state.Column) string {
	text := c.Help
	if c.Example != "" {
		text += "\n例如:" + c.Example
	}
	return cutUnits(strings.TrimPrefix(text, "\n"), maxPrompt)
}

// check gives a cell the check of its kind.
func (s *formSheet) check(dv *excelize.DataValidation, c state.Column) error {
	warn := func(message string) {
		dv.SetError(excelize.DataValidationErrorStyleWarning, "请核对", cutUnits(message, maxPrompt))
	}
	switch {
	case c.ID == "ytd_invest" && s.at("last_ytd") >= 0 && s.at("week_invest") >= 0:
		warn("年度累计应等于上周年度累计加本周完成。如有审计核减等调整,请在“备注”写明,点“是”保留。")
		return dv.SetRange(s.adds("1>=ABS(%s-%s-%s)"), "", excelize.DataValidationTypeCustom, excelize.DataValidationOperatorBetween)
	case c.Kind == state.KindMoney:
		warn("这里填" + c.Unit + "数,一般不是负数,不带单位和“约”。如属审计核减,请在“备注”写明,点“是”保留。")
		return dv.SetRange(0, 1e8, excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorBetween)
	case c.Kind == state.KindNumber:
		warn("这里填数" + inUnit(c.Unit) + ",不带单位。")
		return dv.SetRange(0, 1e8, excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorBetween)
	case c.Kind == state.KindPercent:
		warn("这里填百分数,例如62.4,一般在0到100之间。确实超过的,点“是”保留。")
		return dv.SetRange(0, 100, excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorBetween)
	case c.Kind == state.KindDate:
		warn("这里写具体日期,例如 " + s.Due.Format("2006-01-02") + "。没有的留空或填“—”,点“是”保留。")
		from, to := "DATE(2000,1,1)", fmt.Sprintf("DATE(%d,12,31)", s.Week.Year+15)
		return dv.SetRange(from, to, excelize.DataValidationTypeDate, excelize.DataValidationOperatorBetween)
	case c.Kind == state.KindChoice:
		warn("请从下拉里选。")
		return list(dv, choices(c))
	case c.ID == "progress" && slices.Equal(s.Classes, []state.Class{state.ClassInvestment}):
		return list(dv, s.Form.Stages) // offered only: the clerk goes on writing behind the stage
	}
	return nil
}

// list offers words, as far as a list within a cell holds them.
func list(dv *excelize.DataValidation, words []string) error {
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return strings.ContainsAny(w, `,"`) })
	for len(words) > 0 && len([]rune(strings.Join(words, ","))) > maxList {
		words = words[:len(words)-1]
	}
	if len(words) == 0 {
		return nil
	}
	return dv.SetDropList(words)
}

// choices are the words of a choice, the first spelling of each.
func choices(c state.Column) []string {
	var out []string
	for _, entry := range c.Choices {
		word, _, _ := strings.Cut(entry, "=")
		out = append(out, strings.TrimSpace(word))
	}
	return out
}

// adds puts the cells of the first row that must add up into a formula: this week's sum, last
// week's, and this week's amount. It has no "<": excelize writes the formula of a check as XML.
func (s *formSheet) adds(formula string) string {
	row := s.first()
	return fmt.Sprintf(formula, s.ref("ytd_invest", row), s.ref("last_ytd", row), s.ref("week_invest", row))
}

// colours show a sum that does not add up.
func (s *formSheet) colours() error {
	ytd := s.at("ytd_invest")
	if ytd < 0 || s.at("last_ytd") < 0 || s.at("week_invest") < 0 {
		return nil
	}
	row := s.first()
	odd := fmt.Sprintf("AND(ISNUMBER(%s),ISNUMBER(%s),%s)", s.ref("ytd_invest", row), s.ref("week_invest", row), s.adds("ABS(%s-%s-%s)>1"))
	return s.SetConditionalFormat(s.Name, fmt.Sprintf("%s:%s", cell(ytd, row), cell(ytd, s.last())),
		[]excelize.ConditionalFormatOptions{{Type: "formula", Criteria: odd, Format: &s.looks.odd}})
}

// examples hang a comment with an example on the headers that have one.
func (s *formSheet) examples() error {
	for j, id := range s.Columns {
		c := s.column(id)
		if c.Example == "" || s.use(c) == byOffice {
			continue
		}
		note := excelize.Comment{Cell: cell(j, formHead), Author: "duban", Text: c.Help + "\n例如:" + c.Example, Width: 260, Height: 110}
		if err := s.AddComment(s.Name, note); err != nil {
			return fmt.Errorf("example of %s: %w", id, err)
		}
	}
	return nil
}

// cutUnits shortens a text to so many UTF-16 units; all its letters here take one each but
// the rarest, which take two.
func cutUnits(text string, most int) string {
	n := 0
	for i, r := range text {
		if n++; r > 0xFFFF {
			n++
		}
		if n > most {
			return text[:i]
		}
	}
	return text
}
