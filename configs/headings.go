package configs

import "strings"

// chineseNames are the registry's columns as the office may also head them.
var chineseNames = map[string]string{
	"dept_id": "部门编号", "name": "名称", "short_name": "简称", "kind": "类型", "reports_weekly": "报送周报",
	"aliases": "别名", "deputy_lead": "分管负责人", "contact": "联络员", "phone": "电话", "email": "邮箱",
	"email_backup": "备用邮箱", "head_email": "负责人邮箱", "valid_from": "启用日期", "valid_to": "停用日期", "successor": "继任单位",
	"leader_id": "领导编号", "title": "职务", "field": "分管领域",
	"recipient_id": "序号", "body": "单位", "address": "收件邮箱", "mode": "主送抄送", "note": "备注",
	"unit_id": "单位编号", "matter": "事项",
	"project_id": "项目编号", "class": "类别", "industry": "行业", "level": "级别", "invest_type": "投资类型",
	"in_park": "入园", "park": "园区", "town": "镇办", "owner": "业主", "content": "建设内容",
	"total_invest_wan": "总投资(万元)", "plan_start": "计划开工", "plan_finish": "计划竣工", "year_target": "年度目标",
	"land_need_mu": "应征地(亩)", "demo_need_hu": "应拆迁(户)", "resp_dept": "责任单位", "collab_depts": "协同部门",
	"agency_dept": "代办单位", "lead_leader": "牵头领导", "active_from": "列入日期", "active_to": "退出日期", "end_reason": "退出原因", "dept_from": "责任单位自",
	"paused_from": "暂停自", "paused_until": "暂停到", "pause_reason": "暂停原因",
	"seq": "节点序号", "milestone": "节点", "plan_date": "计划日期", "actual_date": "实际日期",
	"m01_cum_pct": "1月累计%", "m02_cum_pct": "2月累计%", "m03_cum_pct": "3月累计%", "m04_cum_pct": "4月累计%",
	"m05_cum_pct": "5月累计%", "m06_cum_pct": "6月累计%", "m07_cum_pct": "7月累计%", "m08_cum_pct": "8月累计%",
	"m09_cum_pct": "9月累计%", "m10_cum_pct": "10月累计%", "m11_cum_pct": "11月累计%", "m12_cum_pct": "12月累计%",
}

// canonical is the column a heading stands for: its own name in lower case, or the name
// behind a Chinese heading.
func canonical(heading string) string {
	h := strings.ToLower(strings.TrimSpace(heading))
	plain := strings.NewReplacer("\uff08", "(", "\uff09", ")", " ", "").Replace(h)
	for name, chinese := range chineseNames {
		if plain == chinese {
			return name
		}
	}
	return h
}
