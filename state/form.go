package state

import (
	"slices"
	"time"
)

// Class is one of the four classes of a project (article 1 of the scheme). Its value is
// the Chinese word itself, as sheets, letters and JSON spell it.
type Class string

// The four classes, in the order every table shows them.
const (
	ClassContinuing  Class = "续建"
	ClassNewStart    Class = "新开工"
	ClassPreliminary Class = "前期"
	ClassInvestment  Class = "招商"
)

// Classes lists the four classes in the office's order.
func Classes() []Class {
	return []Class{ClassContinuing, ClassNewStart, ClassPreliminary, ClassInvestment}
}

// ColumnKind says how the cells of a column are read.
type ColumnKind string

// The kinds of columns.
const (
	KindText    ColumnKind = "text"
	KindMoney   ColumnKind = "money"   // canonical text: 万元 as a plain decimal
	KindNumber  ColumnKind = "number"  // a plain decimal
	KindPercent ColumnKind = "percent" // a number of percent: "62.4"
	KindDate    ColumnKind = "date"    // ISO: "2026-09-30"
	KindChoice  ColumnKind = "choice"  // one of Choices
)

// Column is one canonical column of the weekly form (configs/form.yaml). Its ID is stable
// and names the value in JSON and in rules.
type Column struct {
	ID       string
	Title    string     // what letters call it when the sheet's own title is not known
	Kind     ColumnKind // how a cell is read
	Unit     string     // 万元, 亩, 户, %; "" when the column has none
	Headers  []string   // accepted spellings, normalised as the glossary describes
	Required []Class    // classes for which a blank cell is a finding
	Sum      bool       // a total row must equal the sum of its rows
	Empty    []string   // words that mean "nothing here" beside the form's own, e.g. 无
	Choices  []string   // allowed words of a choice; several spellings as "已办结=已取得"
	Help     string     // how to fill it in, shown beside the cell in the blank form; "" says nothing
	Example  string     // what a good entry looks like, shown with Help
}

// FormSheet describes one sheet of the blank form: which classes it holds and which
// columns it shows, in order.
type FormSheet struct {
	Name    string
	Classes []Class
	Columns []string // column ids
}

// Form is the weekly form as data: adding a column here makes it read, stored, judged and
// shown without a change of code.
type Form struct {
	Title        string            // "重大项目进展周报表"; {年} in it stands for the year, "2026年"
	Version      string            // the form's version as written into its hidden identity
	VersionFrom  time.Time         // the day this version began; zero when the office did not say
	Former       []string          // versions sent out before this one
	Notes        []string          // the lines of the blank form's 填报说明
	Columns      []Column          // every column duban knows
	Sheets       []FormSheet       // the blank form's sheets
	EmptyMarkers []string          // 无, 暂无, /, — : "nothing here" in any column
	TotalLabels  []string          // 合计, 总计, 小计 …: a total row's first word
	MetaLabels   []string          // 填报单位, 填报人, 审核人 …: labels of the head lines
	Ambiguous    map[string]string // header spelling -> what must be asked or decided by context
	ClassWords   map[string]Class  // words of the class column -> class: 续建, 续建项目, 结转 …
	Vague        []string          // progress texts that say nothing: 正常推进, 同上 …
	Stages       []string          // the stages of a 招商 negotiation, in order
}

// Column finds a column by id; nil when the form has none.
func (f *Form) Column(id string) *Column {
	i := slices.IndexFunc(f.Columns, func(c Column) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return &f.Columns[i]
}

// Needs reports whether a project of class must fill the column.
func (c *Column) Needs(class Class) bool { return slices.Contains(c.Required, class) }
