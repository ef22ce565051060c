package configs

import (
	_ "embed"
	"slices"
	"strings"
	"time"

	"duban/state"
)

//go:embed form.yaml
var builtinForm []byte

// BuiltinForm is the form shipped with duban, used where no configuration names another.
// It never fails unless the embedded file itself is broken, which a test rules out.
func BuiltinForm() (*state.Form, error) {
	form, faults := LoadForm(builtinForm, "form.yaml")
	return form, faults.Err()
}

// rawForm is form.yaml as written.
type rawForm struct {
	At        place
	Title     word        `yaml:"title"`
	Version   word        `yaml:"version"`
	From      word        `yaml:"version_from"`
	Former    []word      `yaml:"former"`
	Notes     []word      `yaml:"notes"`
	Empty     []word      `yaml:"empty"`
	Totals    []word      `yaml:"totals"`
	Meta      []word      `yaml:"meta"`
	Vague     []word      `yaml:"vague"`
	Stages    []word      `yaml:"stages"`
	Classes   []rawClass  `yaml:"classes"`
	Ambiguous []pair      `yaml:"ambiguous"`
	Columns   []rawColumn `yaml:"columns"`
	Sheets    []rawSheet  `yaml:"sheets"`
}

type rawClass struct {
	At    place
	Class word   `yaml:"class"`
	Words []word `yaml:"words"`
}

type rawColumn struct {
	At       place
	ID       word   `yaml:"id"`
	Title    word   `yaml:"title"`
	Kind     word   `yaml:"kind"`
	Unit     word   `yaml:"unit"`
	Headers  []word `yaml:"headers"`
	Required []word `yaml:"required"`
	Sum      word   `yaml:"sum"`
	Empty    []word `yaml:"empty"`
	Choices  []word `yaml:"choices"`
	Help     word   `yaml:"help"`
	Example  word   `yaml:"example"`
}

type rawSheet struct {
	At      place
	Name    word   `yaml:"name"`
	Classes []word `yaml:"classes"`
	Columns []word `yaml:"columns"`
}

// LoadForm reads a form; file names it in the faults. The form is nil when there are any.
func LoadForm(data []byte, file string) (*state.Form, Faults) {
	in := &inbox{}
	var raw rawForm
	strict{in, file}.read(data, &raw)
	form := raw.form(in)
	if len(in.faults) > 0 {
		return nil, in.faults.sorted()
	}
	return form, nil
}

func (raw rawForm) form(in *inbox) *state.Form {
	f := &state.Form{
		Title: raw.Title.Text, Version: raw.Version.Text, Former: texts(raw.Former), Notes: texts(raw.Notes),
		EmptyMarkers: texts(raw.Empty), TotalLabels: texts(raw.Totals), MetaLabels: texts(raw.Meta),
		Vague: texts(raw.Vague), Stages: texts(raw.Stages),
		Ambiguous: map[string]string{}, ClassWords: map[string]state.Class{},
	}
	for _, p := range raw.Ambiguous {
		f.Ambiguous[p.Key.Text] = p.Value.Text
	}
	for _, c := range raw.Classes {
		class, ok := class(in, c.Class)
		for _, w := range c.Words {
			if before, taken := f.ClassWords[w.Text]; taken && before != class {
				in.wrong(w.At, "只留一处。", "“%s”既写给了%s,又写给了%s。", w.Text, before, class)
			}
			if ok {
				f.ClassWords[w.Text] = class
			}
		}
	}
	raw.versions(in, f)
	f.Columns = raw.columns(in)
	f.Sheets = raw.sheets(in, f)
	return f
}

// versions reads since when the form looks as it does and which ones came before it.
func (raw rawForm) versions(in *inbox, f *state.Form) {
	if raw.From.Set {
		day, err := time.Parse(time.DateOnly, raw.From.Text)
		if err != nil {
			in.wrong(raw.From.At, "写成 2026-01-05。", "“%s”不是日期。", raw.From.Text)
		}
		f.VersionFrom = day
	}
	for _, w := range raw.Former {
		if w.Text == f.Version {
			in.wrong(w.At, "former 里只写以前的版本。", "“%s”就是现在的版本。", w.Text)
		}
	}
}

// columns turns the raw columns over and refuses an id or a spelling used twice: a header
// must lead to one column only.
func (raw rawForm) columns(in *inbox) []state.Column {
	if len(raw.Columns) == 0 && raw.At.Line > 0 {
		in.wrong(raw.At, "可从 duban init 生成的 form.yaml 抄入。", "表样里没有一列(columns)。")
	}
	var out []state.Column
	ids, spelt := map[string]word{}, map[string]string{}
	for _, c := range raw.Columns {
		if c.ID.Text == "" {
			in.wrong(c.At, "补上 id,例如 id: progress。", "这一列没有 id。")
			continue
		}
		if first, twice := ids[c.ID.Text]; twice {
			in.wrong(c.ID.At, "换一个 id,或并入前一处。", "列 %s 写了两次,前一次在第%d行。", c.ID.Text, first.At.Line)
		}
		ids[c.ID.Text] = c.ID
		col := c.column(in)
		for _, h := range c.Headers {
			if other, taken := spelt[h.Text]; taken && other != col.ID {
				in.wrong(h.At, "只留在一列;确有两种意思的写进 ambiguous。", "表头“%s”同时写给了 %s 和 %s 两列。", h.Text, other, col.ID)
			}
			spelt[h.Text] = col.ID
		}
		out = append(out, col)
	}
	return out
}

// maxHelp bounds a column's prompt and example in characters: Excel shows 255 beside a cell.
const maxHelp = 200

// kinds are the words of `kind`, as the office may write them.
var kinds = []string{
	string(state.KindText), string(state.KindMoney), string(state.KindNumber),
	string(state.KindPercent), string(state.KindDate), string(state.KindChoice),
}

func (c rawColumn) column(in *inbox) state.Column {
	col := state.Column{
		ID: c.ID.Text, Title: c.Title.Text, Kind: state.ColumnKind(c.Kind.Text), Unit: c.Unit.Text,
		Headers: texts(c.Headers), Empty: texts(c.Empty), Choices: texts(c.Choices),
		Help: c.Help.Text, Example: c.Example.Text,
	}
	if n := len([]rune(col.Help)) + len([]rune(col.Example)); n > maxHelp {
		in.wrong(c.Help.At, "写短一些;详细的写进 notes。", "列 %s 的填写提示有%d个字,最多%d个。", col.ID, n, maxHelp)
	}
	if strings.Trim(col.ID, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		in.wrong(c.ID.At, "例如 actual_start。", "id“%s”只能用小写字母、数字和下划线。", col.ID)
	}
	if col.Title == "" {
		in.wrong(c.At, "补上 title:信里怎样称呼这一列。", "列 %s 没有名称。", col.ID)
	}
	if !c.Kind.Set {
		col.Kind = state.KindText
	} else if !slices.Contains(kinds, c.Kind.Text) {
		in.wrong(c.Kind.At, "可用:"+strings.Join(kinds, "、")+"。", "不认识的类型“%s”。", c.Kind.Text)
	}
	if len(col.Headers) == 0 {
		col.Headers = []string{col.Title}
	}
	if col.Kind == state.KindChoice && len(col.Choices) == 0 {
		in.wrong(c.At, "补上 choices,例如 choices: [已办结, 办理中]。", "列 %s 是选项,却没有可填的词。", col.ID)
	}
	if col.Kind == state.KindMoney && col.Unit != "万元" {
		in.wrong(c.At, "写 unit: 万元;各部门表里用亿元、元的,读表时自动折算。", "金额列 %s 的单位只能是万元。", col.ID)
	}
	col.Sum = yes(in, c.Sum)
	if k := col.Kind; col.Sum && k != state.KindMoney && k != state.KindNumber {
		in.wrong(c.Sum.At, "删去 sum,或把 kind 改为 money 或 number。", "列 %s 不是数,不能合计。", col.ID)
	}
	for _, w := range c.Required {
		if class, ok := class(in, w); ok {
			col.Required = append(col.Required, class)
		}
	}
	return col
}

func (raw rawForm) sheets(in *inbox, f *state.Form) []state.FormSheet {
	var out []state.FormSheet
	for _, s := range raw.Sheets {
		sheet := state.FormSheet{Name: s.Name.Text, Columns: texts(s.Columns)}
		if sheet.Name == "" {
			in.wrong(s.At, "补上 name,例如 name: 在建项目。", "这张工作表没有名称。")
		}
		for _, w := range s.Classes {
			if class, ok := class(in, w); ok {
				sheet.Classes = append(sheet.Classes, class)
			}
		}
		for _, w := range s.Columns {
			if f.Column(w.Text) == nil {
				in.wrong(w.At, remedyNear(w.Text, columnIDs(f), "先在 columns 里写上这一列。"), "工作表“%s”用了没有的列“%s”。", sheet.Name, w.Text)
			}
		}
		out = append(out, sheet)
	}
	return out
}

func columnIDs(f *state.Form) []string {
	ids := make([]string, len(f.Columns))
	for i, c := range f.Columns {
		ids[i] = c.ID
	}
	return ids
}
