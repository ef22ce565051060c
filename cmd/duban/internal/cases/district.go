package cases

import "duban/state"

// The projects of the department, one of each class and one more in construction.
const (
	Road    = "LC2026-101" // 续建
	Plant   = "LC2026-102" // 新开工
	Market  = "LC2026-103" // 前期
	Park    = "LC2026-104" // 招商
	foreign = "LC2026-201" // another department's
	ended   = "LC2026-105" // off the list since August
)

// Sender is the department's registered address, shared the one of two departments.
const (
	Sender = "jtj@lanchuan.example"
	shared = "zhongxin@lanchuan.example"
)

// Roster is the registry of the cases: everybody and everything in it is invented.
func Roster() *state.Roster {
	wan := func(n state.Fen) state.Fen { return n * state.Wan }
	return &state.Roster{
		Depts: []state.Dept{
			{ID: "D05", Name: "澜川区交通运输局", Short: "区交通局", Reports: true, Aliases: []string{"交通局"}, Contact: "严拟辰", Mail: Sender, MailBackup: "jtj-lly@lanchuan.example"},
			{ID: "D04", Name: "澜川区住房和城乡建设局", Short: "区住建局", Reports: true, Aliases: []string{"住建局"}, Contact: "孔拟周", Mail: "zjj@lanchuan.example"},
			{ID: "D31", Name: "澜川区园区服务中心", Short: "区园区中心", Reports: true, Mail: shared},
			{ID: "D32", Name: "澜川区招商服务中心", Short: "区招商中心", Reports: true, Mail: shared},
		},
		Leaders: []state.Leader{{ID: "L03", Title: "副区长", Name: "卓拟行"}},
		Projects: []state.Project{
			{ID: Road, Name: "滨河路改造工程", Aliases: []string{"滨河路"}, Class: state.ClassContinuing, Dept: "D05", Total: wan(23500), YearPlan: wan(10500), CumBefore: wan(8600), LeadLeader: "L03", PlanStart: "2024-03"},
			{
				ID: Plant, Name: "第二水厂扩建工程", Class: state.ClassNewStart, Dept: "D05", Total: wan(8000), YearPlan: wan(3000), LeadLeader: "L03", PlanStart: "2026-05",
				Curve: []string{"0", "0", "0", "2", "6", "12", "18", "25", "35", "50", "75", "100"},
			},
			{ID: Market, Name: "青禾镇农产品交易市场", Class: state.ClassPreliminary, Dept: "D05", Total: wan(12000), YearPlan: wan(300), LeadLeader: "L03"},
			{ID: Park, Name: "智能装备产业园", Class: state.ClassInvestment, Dept: "D05", Total: wan(50000), LeadLeader: "L03"},
			{ID: ended, Name: "老港区仓库改造", Class: state.ClassContinuing, Dept: "D05", Total: wan(3000), YearPlan: wan(500), CumBefore: wan(2500), ActiveTo: received.AddDate(0, -1, 0)},
			{ID: foreign, Name: "城南停车楼", Class: state.ClassContinuing, Dept: "D04", Total: wan(6000), YearPlan: wan(2000), LeadLeader: "L03"},
		},
	}
}

// good is a report without a defect, by project and column.
var good = map[string]map[string]string{
	Road: {
		"project_name": "滨河路改造工程", "project_class": "续建", "total_invest": "23500", "year_plan": "10500", "last_ytd": "4300",
		"week_invest": "120", "ytd_invest": "4420", "ytd_rate": "42.1", "cum_invest": "13020", "funds_in": "12750",
		"progress": "路基完成86%,跨沟桥下部结构完成45%", "land_need_mu": "210", "land_done_mu": "176", "demo_need": "58", "demo_done": "41",
		"problems": "K1+900以北34亩未交地,北段未进场", "coordination_request": "请文峰街道完成剩余17户签约", "coordination_units": "文峰街道",
		"request_deadline": "2026-09-30", "next_plan": "南段路基完成至89%",
		"permit_approval": "已办结", "permit_eia": "已办结", "permit_planning": "已办结", "permit_land": "办理中", "permit_construction": "已办结",
	},
	Plant: {
		"project_name": "第二水厂扩建工程", "project_class": "新开工", "total_invest": "8000", "year_plan": "3000", "last_ytd": "900",
		"week_invest": "60", "ytd_invest": "960", "ytd_rate": "32", "cum_invest": "960", "funds_in": "1200",
		"progress": "清水池底板浇筑完成,取水泵房基坑开挖至设计标高", "land_need_mu": "30", "land_done_mu": "30", "demo_need": "0", "demo_done": "0",
		"problems": "无", "coordination_request": "无", "coordination_units": "无", "request_deadline": "—", "next_plan": "清水池池壁钢筋绑扎完成一半",
		"permit_approval": "已办结", "permit_eia": "已办结", "permit_planning": "已办结", "permit_land": "已办结", "permit_construction": "已办结",
	},
	Market: {
		"project_name": "青禾镇农产品交易市场", "total_invest": "12000", "year_plan": "300", "last_ytd": "150", "week_invest": "10", "ytd_invest": "160",
		"progress": "可行性研究报告通过专家评审,正在按意见修改", "problems": "无", "coordination_request": "无", "coordination_units": "无",
		"request_deadline": "—", "next_plan": "可行性研究报告报批",
		"permit_approval": "办理中", "permit_approval_date": "2026-09-01", "permit_land_date": "2026-09-02", "permit_eia": "未启动", "permit_planning": "未启动", "permit_land": "办理中", "permit_construction": "未启动",
	},
	Park: {
		"project_name": "智能装备产业园", "owner": "某智能装备公司", "total_invest": "50000",
		"progress": "已签订框架协议,企业9月16日来区看地", "problems": "无", "coordination_request": "无", "coordination_units": "无",
		"request_deadline": "—", "next_plan": "就供地条件形成会谈纪要",
	},
}

// lastWeek is where the report of the week before differs.
var lastWeek = map[string]map[string]string{
	Road: {
		"last_ytd": "4200", "week_invest": "100", "ytd_invest": "4300", "ytd_rate": "41", "cum_invest": "12900", "land_done_mu": "170", "demo_done": "40",
		"progress": "路基土方填筑完成80%,跨沟桥桩基全部完成", "next_plan": "路基完成至85%",
	},
	Plant: {
		"last_ytd": "850", "week_invest": "50", "ytd_invest": "900", "ytd_rate": "30", "cum_invest": "900",
		"progress": "清水池底板钢筋绑扎完成", "next_plan": "浇筑清水池底板",
	},
	Market: {"last_ytd": "140", "ytd_invest": "150", "progress": "可行性研究报告编制完成,已报送评审", "next_plan": "组织专家评审"},
	Park:   {"progress": "已签订框架协议,正在商谈用地指标", "next_plan": "邀请企业来区看地"},
}

// unfilled is what stands in a required column the good report knows nothing of: one the
// office added to form.yaml.
func unfilled(c state.Column) string {
	switch {
	case len(c.Required) == 0:
		return ""
	case c.Example != "":
		return c.Example
	case c.Kind == state.KindText:
		return "无"
	case c.Kind == state.KindDate:
		return "2026-09-18"
	}
	return "0"
}
