package ingest

import (
	"reflect"
	"testing"
)

func TestAnswersByNumber(t *testing.T) {
	items := []int{1, 2, 3, 4, 11, 12}
	for text, want := range map[string][]remark{
		"1. 审计核减 2. 属实":                  {{No: 1, Text: "审计核减"}, {No: 2, Text: "属实"}},
		"3、原因是集中支付工程款1.5亿元。":             {{No: 3, Text: "原因是集中支付工程款1.5亿元。"}},
		"您好:\n1.审计核减270万元\n2.数据属实\n\n张三": {{No: 1, Text: "审计核减270万元"}, {No: 2, Text: "数据属实"}},
		"(3)设备款已付。\n(4)属实":               {{No: 3, Text: "设备款已付。"}, {No: 4, Text: "属实"}},
		"第三条:征地受阻;第四项:属实":                {{No: 3, Text: "征地受阻"}, {No: 4, Text: "属实"}},
		"一、审计核减\n十二、属实":                  {{No: 1, Text: "审计核减"}, {No: 12, Text: "属实"}},
		"③属实④雨天停工":                       {{No: 3, Text: "属实"}, {No: 4, Text: "雨天停工"}},
		"1、2、4均属实":                       {{No: 1, Text: "属实"}, {No: 2, Text: "属实"}, {No: 4, Text: "属实"}},
		"2. 完成3、4号楼主体":                   {{No: 2, Text: "完成3、4号楼主体"}},
		"3. 异议:合同就是这个数,请复核":              {{No: 3, Text: "异议:合同就是这个数,请复核", Dispute: true}},
		"以上情况均属实。\n\n严拟辰":                {{Text: "以上情况均属实。"}},
		"属实":                             {{Text: "属实"}},
		"1. 已改\n2. 已修改,请查收":              nil,
		"1.5亿元的贷款本周到位":                   nil,
		"9. 属实":                          nil,
		"9月18日开会,12.5万元已支付":              nil,
		"本周完成路基3公里,请查收附件。":               nil,
	} {
		if got := remarks(text, items); len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}
