"""The plan for machines: provinces of a year and their quotas."""

from typing import Any

import django_filters as filters
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers

from accounts.api import ReadOnlyViewSet
from programs.enums import Track
from programs.models import Participation, Quota


class YearFilter(filters.FilterSet):
    """`?program=cancer&year=2022&province=130000`."""

    program = filters.CharFilter(field_name="year__program__code", help_text="Code of the program.")
    year = filters.NumberFilter(field_name="year__year", help_text="Number of the program year.")
    province = filters.CharFilter(field_name="region_id", help_text="GB/T 2260 code of the province.")


class QuotaFilter(YearFilter):
    track = filters.ChoiceFilter(choices=Track, help_text="Track.")


class YearRowSerializer(serializers.ModelSerializer[Any]):
    """What every row of a year says of itself: program, year, province, source."""

    program = serializers.CharField(source="year.program.code")
    year = serializers.IntegerField(source="year.year")
    province = serializers.CharField(source="region_id", help_text="GB/T 2260 code of the province.")
    province_name = serializers.CharField(source="region.name")
    provisional = serializers.BooleanField(
        source="is_provisional", help_text="The text does not give this row."
    )


class ProvinceSerializer(YearRowSerializer):
    administrative_unit = serializers.CharField(
        source="administrative_unit.name", default=None, allow_null=True
    )
    technical_lead_unit = serializers.CharField(source="technical_unit.name", default=None, allow_null=True)

    class Meta:
        model = Participation
        fields = [
            "id",
            "program",
            "year",
            "province",
            "province_name",
            "administrative_unit",
            "technical_lead_unit",
            "clause",
            "provisional",
        ]


class QuotaSerializer(YearRowSerializer):
    class Meta:
        model = Quota
        fields = [
            "id",
            "program",
            "year",
            "province",
            "province_name",
            "track",
            "seats",
            "moved",
            "available",
            "clause",
            "provisional",
        ]


class ProvinceViewSet(ReadOnlyViewSet):
    """Provinces that take part in a program year, in the official order."""

    model = Participation
    related = ("year__program", "region", "administrative_unit", "technical_unit")
    serializer_class = ProvinceSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = YearFilter
    ordering = ("year__program__code", "-year__year", "order", "pk")


class QuotaViewSet(ReadOnlyViewSet):
    """Seats of a province and track."""

    model = Quota
    related = ("year__program", "region")
    serializer_class = QuotaSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = QuotaFilter
    ordering = ("year__program__code", "-year__year", "region__order", "track", "pk")
