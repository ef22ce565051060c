package ingest

import (
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// gbk is s as a Chinese mailer would send it.
func gbk(s string) string {
	b, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		panic(err) // every character of a test is in GB18030
	}
	return b
}

// The file-name forms of the mailers of departments; each has lost a report somewhere.
func TestFileNameIsFoundInEveryForm(t *testing.T) {
	for name, tc := range map[string]struct{ field, want string }{
		"plain":                      {`attachment; filename="report.xlsx"`, "report.xlsx"},
		"unquoted with blanks":       {`attachment; filename=第47周 周报(1).xlsx`, "第47周 周报(1).xlsx"},
		"encoded-word in quotes":     {`attachment; filename="=?gb2312?B?1tyxqC54bHN4?="`, "周报.xlsx"},
		"encoded-word without":       {`attachment; filename==?gb2312?B?1tyxqC54bHN4?=`, "周报.xlsx"},
		"words folded in quotes":     {"attachment; filename=\"=?gb2312?B?1ty=?=\t=?gb2312?B?sagueGxzeA==?=\"", "周报.xlsx"},
		"cut inside a character":     {`attachment; filename="=?gb2312?B?1tyx?= =?gb2312?B?qC54bHM=?="`, "周报.xls"},
		"words outside quotes":       {`attachment; filename="=?gb2312?B?1tw=?=" =?gb2312?B?saguZXQ=?=`, "周报.et"},
		"q-coded":                    {`attachment; filename="=?gb2312?Q?=D6=DC=B1=A8.xls?="`, "周报.xls"},
		"cp936":                      {`attachment; filename="=?cp936?B?1tyxqC54bHN4?="`, "周报.xlsx"},
		"unknown charset":            {`attachment; filename="=?x-unknown?B?1tyxqC54bHN4?="`, "周报.xlsx"},
		"padding lost":               {`attachment; filename="=?gb2312?B?1tyxqC54bHM?="`, "周报.xls"},
		"raw gbk":                    {gbk(`attachment; filename="䶮湖周报𠮷.xlsx"`), "䶮湖周报𠮷.xlsx"},
		"raw utf-8":                  {`attachment; filename="周报.xlsx"`, "周报.xlsx"},
		"rfc 2231":                   {`attachment; filename*=UTF-8''%E5%91%A8%E6%8A%A5.xlsx`, "周报.xlsx"},
		"rfc 2231 in gbk":            {`attachment; filename*=GBK'zh'%D6%DC%B1%A8.xlsx`, "周报.xlsx"},
		"rfc 2231 without a charset": {`attachment; filename*=%D6%DC%B1%A8.xlsx`, "周报.xlsx"},
		"pieces out of order":        {`attachment; filename*1*=%8A%A5.xlsx; filename*0*=UTF-8''%E5%91%A8%E6`, "周报.xlsx"},
		"pieces, one plain":          {`attachment; filename*0*=UTF-8''%E5%91%A8; filename*1="(1).xlsx"`, "周(1).xlsx"},
		"rfc 2231 beats the other":   {`attachment; filename="a.doc"; filename*=UTF-8''%E5%91%A8.xlsx`, "周.xlsx"},
		"percent-coded gbk":          {`attachment; filename="%D6%DC%B1%A8.xlsx"`, "周报.xlsx"},
		"a true percent sign":        {`attachment; filename="100%-50%.xlsx"`, "100%-50%.xlsx"},
		"windows path":               {`attachment; filename="C:\Users\zhang\周报.xlsx"`, "周报.xlsx"},
		"traversal":                  {`attachment; filename="../../etc/passwd"`, "passwd"},
		"quote never closed":         {`attachment; filename="周报.xlsx`, "周报.xlsx"},
		"escaped quotes":             {`attachment; filename="\"周报\".xlsx"`, `"周报".xlsx`},
		"doubled semicolons":         {`attachment;; size; filename="周报.xlsx";;`, "周报.xlsx"},
		"semicolon in the name":      {`attachment; filename="a;b.xlsx"; size=3`, "a;b.xlsx"},
		"reversed by a control":      {"attachment; filename=\"周报\u202Excod.xlsx\"", "周报xcod.xlsx"},
		"control characters":         {"attachment; filename=\"周\x00\x07报.xlsx\"", "周报.xlsx"},
		"no name":                    {`attachment`, ""},
		"empty":                      {``, ""},
	} {
		t.Run(name, func(t *testing.T) {
			v := parseParams([]byte(tc.field))
			if got := attachmentName(v.params["filename"]); got != tc.want {
				t.Errorf("%q gives %q, want %q", tc.field, got, tc.want)
			}
			if tc.field != "" && v.value != "attachment" {
				t.Errorf("value %q", v.value)
			}
		})
	}
}

func TestEncodedWordsAreDecodedWhereverTheyStand(t *testing.T) {
	for in, want := range map[string]string{
		"周报":                               "周报",
		"=?utf-8?B?5ZGo5oql?=":             "周报",
		"=?UTF-8?b?5ZGo?= =?utf8?B?5oql?=": "周报",
		"Re:=?gb2312*zh-cn?b?1ti14w==?==?utf-8?q?=E9=A1=B9?=": "Re:重点项",
		"=?gb2312?B?1tw=?= and =?gb2312?B?sag=?=":             "周 and 报",
		"=?gb2312?Q?=D6=DC =B1=A8?=":                          "周 报",
		"=?gb2312?Q?=D6=DC_=B1=A8?=":                          "周 报",
		"=?utf-8?Q?a?b?=":                                     "a?b",
		"=?gb2312?B?1tyx?=\r\n =?gb2312?B?qA==?=":             "周报",      // cut inside a character
		"=?utf-8?B?5ZGo5o?= =?utf-8?B?ql?=":                   "周\uFFFD", // cut inside a base64 group: beyond repair, but the rest stands
		"=?no such thing":                                     "=?no such thing",
		"=?utf-8?X?abc?=":                                     "=?utf-8?X?abc?=",
		"1 =? 2":                                              "1 =? 2",
	} {
		if got := decodeWords(in); got != want && !(want == "周\uFFFD" && len(got) > 0) {
			t.Errorf("decodeWords(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLabelsLieAndTheTextIsStillRead(t *testing.T) {
	hard := "朱镕基 㙍 𠮷 ① 䶮"
	for name, tc := range map[string]struct{ label, bytes, want string }{
		"gb2312 that is gb18030":   {"gb2312", gbk(hard), hard},
		"gbk":                      {"GBK", gbk(hard), hard},
		"utf-8 that is gbk":        {"utf-8", gbk("重点项目周报"), "重点项目周报"},
		"gb2312 that is utf-8":     {"gb2312", "重点项目周报", "重点项目周报"},
		"one gb character":         {"gb2312", gbk("一"), "一"},
		"latin-1 that is gbk":      {"iso-8859-1", gbk("重点项目"), "重点项目"},
		"latin-1 that is latin-1":  {"iso-8859-1", "Fr\xf6sche", "Frösche"},
		"no label, gbk":            {"", gbk("重点项目"), "重点项目"},
		"no label, utf-8":          {"", "重点项目", "重点项目"},
		"unknown label":            {"x-no-such", gbk("重点项目"), "重点项目"},
		"big5":                     {"big5", "\xad\xab\xc2I\xb6\xb5\xa5\xd8", "重點項目"},
		"utf-8 with a damaged end": {"utf-8", "重点项目周报\xe5\x91", "重点项目周报\uFFFD"},
		"byte order mark":          {"utf-8", "\xef\xbb\xbf周报", "周报"},
		"korean":                   {"euc-kr", "\xbd\xba\xc6\xbc", "스티"},
		"utf-16":                   {"utf-16le", "\x68\x54", "周"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := decodeCharset(tc.label, []byte(tc.bytes)); got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}
