"""How items are written in a document and in GIFT, as the page of files shows it; both are read without a report."""

PASTED = """\
一、A1型题
1. 筛查胃癌首选的检查是
A. 胃镜
B. 上消化道钡餐
C. 血清胃蛋白酶原
D. 幽门螺杆菌抗体
E. 粪便隐血试验
答案：A
解析：胃镜可直接观察并取活检。
依据：《胃癌诊疗指南》
难度：易

二、B1型题
（2～3题共用备选答案）
A. 甲胎蛋白
B. 癌胚抗原
C. 降钙素
D. 鳞癌抗原
E. 糖链抗原125
2. 肝细胞癌最常用的血清标志物是
答案：A
3. 甲状腺髓样癌的血清标志物是
答案：C
"""

GIFT = """\
// [tag:type:A1]
::胃癌筛查::筛查胃癌首选的检查是{
=胃镜
~上消化道钡餐
~血清胃蛋白酶原
~幽门螺杆菌抗体
~粪便隐血试验
####胃镜可直接观察并取活检。
}
"""
