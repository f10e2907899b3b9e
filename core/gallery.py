"""The page of all components with sample data, for whoever builds pages; routed only while DEBUG is on.

Its texts are samples, not messages of the portal, so they are written as they stand and not translated.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core.enums import FindingStatus, Severity
from core.findings import Finding, Remedy
from core.forms import DateInput

CHOICES = [("", "全部"), ("a", "甲类"), ("b", "乙类"), ("c", "丙类")]


class SampleForm(forms.Form):
    name = forms.CharField(label="姓名", max_length=20, help_text="与身份证一致。")
    kind = forms.ChoiceField(label="类别", choices=CHOICES)
    born = forms.DateField(label="出生日期", widget=DateInput, required=False)
    flags = forms.MultipleChoiceField(
        label="标记", choices=CHOICES[1:], widget=forms.CheckboxSelectMultiple, required=False
    )
    way = forms.ChoiceField(label="方式", choices=CHOICES[1:], widget=forms.RadioSelect)
    reason = forms.CharField(label="说明", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    scan = forms.FileField(label="盖章扫描件", required=False, help_text="PDF 或图片，不超过 10 MB。")
    agreed = forms.BooleanField(label="以上内容属实")


class SampleFilter(forms.Form):
    words = forms.CharField(label="姓名或编号", required=False)
    kind = forms.ChoiceField(label="类别", choices=CHOICES, required=False)
    level = forms.ChoiceField(label="级别", choices=CHOICES, required=False)
    state = forms.ChoiceField(label="状态", choices=CHOICES, required=False)
    since = forms.DateField(label="起始日期", widget=DateInput, required=False)
    until = forms.DateField(label="截止日期", widget=DateInput, required=False)


@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component once, in each of its looks."""
    now = timezone.now()
    table = _table()
    page = Paginator(range(423), 50).get_page(request.GET.get("page"))
    listed = {"filter": {"form": SampleFilter(request.GET or None)}, "filters_in_words": [("类别", "甲类")]}
    sample = {
        "title": "组件",
        "crumbs": [("首页", "/"), ("开发", ""), ("组件", "")],
        "list": {**listed, "table": table, "page": page},
        "findings": _findings(),
        "steps": _steps(now),
        "receipt": _receipt(now),
        "events": _events(now),
        "facts": _facts(),
        "charts": _charts(),
        "form": SampleForm({"name": "", "kind": "x"}),
        "jobs": _jobs(),
        "problems": [{"text": "学员名单 C7：身份证号校验位不对", "url": "#list"}],
        "nothing": {
            "caption": "空表",
            "columns": [],
            "rows": [],
            "empty": "还没有学员。先上传名单，或发出邀请链接。",
        },
    }
    return render(request, "components/gallery.html", sample)


def _findings() -> list[Finding]:
    share: dict[str, Any] = {"unit": "share", "operator": "ge", "threshold": Decimal("0.50")}
    return [
        Finding(
            "sample_share",
            FindingStatus.FAILED,
            Severity.HARD,
            42,
            100,
            **share,
            clause="示例 三(二)",
            remedies=(Remedy("sample", 16, {"label": "再增加县级及以下机构学员"}),),
            params={"label": "县级及以下机构学员占比"},
            figure_url="#list",
        ),
        Finding(
            "sample_count",
            FindingStatus.PASSED,
            Severity.HARD,
            18,
            None,
            15,
            "ge",
            clause="示例 三(二)",
            params={"label": "参训机构数"},
            figure_url="#list",
        ),
        Finding(
            "sample_limit",
            FindingStatus.FAILED,
            Severity.WARN,
            13,
            100,
            Decimal("0.10"),
            "le",
            "share",
            assumed="原文未写明分母，暂按已批准学员计算。",
            params={"label": "护理及技师占比"},
        ),
        Finding("sample_new", FindingStatus.NO_DATA, Severity.HARD, params={"label": "新增机构"}),
        Finding(
            "sample_note", FindingStatus.FAILED, Severity.INFO, 3, None, 5, "ge", params={"label": "地区分布"}
        ),
    ]


def _table() -> dict[str, Any]:
    heads = [
        ("姓名", "start", "?sort=name"),
        ("机构", "start", ""),
        ("学时", "end", "?sort=-hours"),
        ("状态", "start", ""),
    ]
    columns: list[dict[str, Any]] = [
        {"label": label, "align": align, "sort_url": url, "sorted": ""} for label, align, url in heads
    ]
    columns[2]["sorted"] = "descending"
    people = [
        ("张示例", "示例县人民医院", "170", "已批准", "success"),
        ("李示例", "示例市中医医院健康管理中心", "96.5", "待审核", "info"),
        ("欧阳示例", "示例区社区卫生服务中心", "12", "落后", "warning"),
        ("王示例", "", "0", "已退出", "neutral"),
    ]
    rows = [
        {
            "url": "#list",
            "cells": [
                {"text": name, "kind": "text"},
                {"text": place, "kind": "text"},
                {"text": hours, "kind": "decimal"},
                {"text": state, "kind": "status", "tone": tone},
            ],
        }
        for name, place, hours, state, tone in people
    ]
    return {"caption": "学员名单", "columns": columns, "rows": rows}


def _steps(now: dt.datetime) -> list[dict[str, Any]]:
    return [
        {"label": "上传学员名单", "state": "done"},
        {
            "label": "处理 3 行错误",
            "state": "doing",
            "note": "缺身份证号 2 行，机构未登记 1 行",
            "url": "#",
            "action": "去处理",
        },
        {"label": "等待国家办公室接收", "state": "waiting", "holder": "国家项目办公室", "since": now},
        {
            "label": "补交盖章扫描件",
            "state": "returned",
            "note": "扫描件缺第 2 页",
            "url": "#",
            "action": "重新上传",
        },
        {"label": "报送 150 道试题", "state": "late", "due": "3天前", "url": "#", "action": "去报送"},
        {"label": "年度总结报告", "state": "todo", "due": "30天后", "url": "#", "action": "开始"},
    ]


def _receipt(now: dt.datetime) -> dict[str, Any]:
    return {
        "title": "名单已提交",
        "number": "R-0001-0042",
        "time": now,
        "by": "张示例",
        "version": 2,
        "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "next_step": "国家项目办公室在 5 个工作日内接收或退回，结果会出现在您的待办里。",
        "url": "#",
        "url_label": "回到待办",
    }


def _events(now: dt.datetime) -> list[dict[str, Any]]:
    return [
        {"time": now, "text": "名单提交（第 2 版）", "who": "张示例", "tone": "success"},
        {
            "time": now - dt.timedelta(hours=5),
            "text": "名单退回",
            "who": "李示例",
            "note": "机构级别有 3 处不符",
            "tone": "warning",
        },
        {"time": now - dt.timedelta(days=2), "text": "名单提交（第 1 版）", "who": "张示例"},
    ]


def _facts() -> list[dict[str, Any]]:
    return [
        {"label": "注册号", "value": "DEMO-0001"},
        {"label": "机构", "value": "示例县人民医院", "url": "#"},
        {"label": "及格线", "value": "72 分", "clause": "示例 三(五)1"},
        {"label": "学分", "value": "10 分", "assumed": "原文未给出学分数。"},
        {"label": "备注", "value": ""},
    ]


def _charts() -> list[dict[str, Any]]:
    places = ["甲省", "乙省", "丙省", "丁省", "戊省", "己省"]
    return [
        {
            "id": "chart-quota",
            "title": "名额与已批准",
            "kind": "bar",
            "unit": "人",
            "categories": places,
            "urls": ["#list"] * 6,
            "series": [
                {"name": "名额", "data": [200, 150, 180, 100, 220, 90]},
                {"name": "已批准", "data": [180, 155, 90, 40, 200, 0]},
            ],
        },
        {
            "id": "chart-rate",
            "title": "考试合格率",
            "kind": "line",
            "unit": "%",
            "target": 80,
            "categories": places,
            "series": [{"name": "合格率", "data": [91, 84, 77, 88, 69, 95]}],
        },
    ]


def _jobs() -> list[dict[str, Any]]:
    empty = {"note": "", "error": "", "percent": 0}
    return [
        {
            **empty,
            "pk": 1,
            "status": "running",
            "percent": 42,
            "note": "已处理 420 / 1000 行",
            "is_over": False,
        },
        {**empty, "pk": 2, "status": "done", "percent": 100, "is_over": True},
        {
            **empty,
            "pk": 3,
            "status": "failed",
            "error": "第 7 行的机构不存在。请改正后重新上传。",
            "is_over": True,
        },
    ]
