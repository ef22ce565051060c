package templates

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// MaxHTML bounds a letter's HTML in bytes: from 102 KB on, some mail programs cut it.
const MaxHTML = 100 << 10

// unsendable is HTML that mail programs drop or that fetches something from outside, with
// the reason the office is given.
var unsendable = []struct {
	found *regexp.Regexp
	why   string
}{
	{regexp.MustCompile(`(?i)<(style|link)\b`), "不能用 <style> 或 <link>:多数邮箱会删掉。请把样式写在 style=\"…\" 里"},
	{regexp.MustCompile(`(?i)<(img|svg|video|audio|picture)\b`), "不能放图片或视频:收件人默认看不到。请改用文字或表格"},
	{regexp.MustCompile(`(?i)<(script|iframe|object|embed|form|input|button|base)\b`), "不能用脚本、表单或内嵌页面:邮箱会拦截"},
	{regexp.MustCompile(`(?i)\sclass\s*=`), "不能用 class=:没有样式表可用。请把样式写在 style=\"…\" 里"},
	{regexp.MustCompile(`(?i)http-equiv`), "不能用 <meta http-equiv>:邮箱会拦截"},
	{regexp.MustCompile(`(?i)\son[a-z]+\s*=`), "不能用 onclick 之类的脚本属性"},
	{regexp.MustCompile(`(?i)(src|background)\s*=|url\s*\(`), "不能引用外部文件(src=、background=、url())"},
}

// SendableHTML lists what would keep a page from being shown as written by common mail
// programs; nothing when it is fine.
func SendableHTML(html string) []string {
	var out []string
	for _, u := range unsendable {
		if u.found.MatchString(html) {
			out = append(out, u.why)
		}
	}
	if len(html) > MaxHTML {
		out = append(out, fmt.Sprintf("信的 HTML 有 %d KB,超过 100 KB 会被邮箱截断。请删短", len(html)>>10))
	}
	return out
}

// trial renders every page and every saying with every sample and names what goes wrong: a
// field that does not exist, HTML that cannot be escaped, a page without a subject.
func (s *Set) trial() []Fault {
	var faults []Fault
	for _, name := range append(Names(), Sayings()...) {
		samples, err := Samples(name)
		if err != nil {
			return []Fault{{File: name, Message: err.Error()}}
		}
		for _, data := range samples {
			faults = append(faults, s.try(name, data)...)
		}
	}
	return sorted(faults)
}

// try renders one sample of a page or a saying.
func (s *Set) try(name string, data any) []Fault {
	if slices.Contains(Sayings(), name) {
		lines, err := s.Say(name, data)
		if err != nil {
			return []Fault{renderFault(name, err)}
		}
		return counted(name, lines, data)
	}
	_, _, html, err := s.Render(name, data)
	if err != nil {
		return []Fault{renderFault(name, err)}
	}
	var faults []Fault
	for _, why := range SendableHTML(html) {
		faults = append(faults, Fault{File: name + ".html.tmpl", Message: why})
	}
	return faults
}

// counted faults the words of a workbook's sheet that have more or fewer lines than the built-in
// ones: each column takes a line, in the order they stand.
func counted(name string, lines []string, data any) []Fault {
	if !strings.HasPrefix(name, "book-") {
		return nil
	}
	set, faults := standing()
	if len(faults) > 0 {
		return faults
	}
	want, err := set.Say(name, data)
	if err != nil {
		return []Fault{renderFault(name, err)}
	}
	if len(lines) == len(want) {
		return nil
	}
	return []Fault{{File: name + ".txt.tmpl", Message: fmt.Sprintf("应有%d行,现有%d行。一行是一个标题、说明或栏名,行数和先后不能变", len(want), len(lines))}}
}

var missing = regexp.MustCompile(`map has no entry for key "([^"]*)"`)

// renderFault puts an error of a rendering into words.
func renderFault(page string, err error) Fault {
	file, line := splitPlace(err.Error())
	if file == "" {
		file = page + ".txt"
	}
	f := Fault{File: file + ".tmpl", Line: line}
	m := missing.FindStringSubmatch(err.Error())
	switch {
	case errors.Is(err, errNoSubject):
		f.Line, f.Message = 1, "第一行必须是“主题:”加标题"
	case errors.Is(err, errNoWords):
		f.Message = "有一种情况下没有写出任何文字,请补上"
	case errors.Is(err, ErrTooLong):
		f.Message = "写出来的信超过 256 KB,请删短"
	case m != nil:
		f.Message = fmt.Sprintf(noField, m[1])
	case strings.Contains(err.Error(), "html/template"):
		f.Message = "HTML 不完整,无法安全地填入内容。请核对引号和标签是否成对"
	default:
		f.Message = "这封信写不出来(" + tail(err.Error()) + ")"
	}
	return f
}

// tail is the last clause of an error.
func tail(s string) string {
	if i := strings.LastIndex(s, ": "); i >= 0 {
		return s[i+2:]
	}
	return s
}
