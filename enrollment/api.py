"""Enrollments for machines; neither identity numbers nor phones leave by this door."""

from typing import Any

import django_filters as filters
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers

from accounts.api import ReadOnlyViewSet
from accounts.scope import Scope
from enrollment.enums import EnrollmentStatus, FundingKind, Profession
from enrollment.models import Enrollment
from programs.api import YearFilter
from programs.enums import Track


class EnrollmentFilter(YearFilter):
    track = filters.ChoiceFilter(choices=Track, help_text="Track.")
    status = filters.ChoiceFilter(choices=EnrollmentStatus, help_text="Status.")
    profession = filters.ChoiceFilter(choices=Profession, help_text="Profession.")


def shown_name(name: str, scope: Scope) -> str:
    """The person's own province reads the name, everyone else its first character."""
    return name if scope.is_provincial or scope.is_trainee else name[:1] + "*" * (len(name) - 1)


class EnrollmentSerializer(serializers.ModelSerializer[Any]):
    program = serializers.CharField(source="year.program.code")
    year = serializers.IntegerField(source="year.year")
    province = serializers.CharField(source="region_id", help_text="GB/T 2260 code of the province.")
    registration_number = serializers.CharField(source="registration.number", default=None, allow_null=True)
    name = serializers.SerializerMethodField(help_text="In full for the person's own province, else masked.")
    specialty = serializers.CharField(source="specialty.code")
    institution = serializers.CharField(source="institution.name")
    level = serializers.CharField(
        source="institution_level", help_text="Level of the institution at approval."
    )
    funding = serializers.ChoiceField(choices=FundingKind.choices, allow_blank=True)

    class Meta:
        model = Enrollment
        fields = [
            "id",
            "program",
            "year",
            "province",
            "registration_number",
            "name",
            "track",
            "status",
            "specialty",
            "institution",
            "level",
            "profession",
            "funding",
        ]

    def get_name(self, row: Enrollment) -> str:
        return shown_name(row.person.name, self.context["request"].scope)


class EnrollmentViewSet(ReadOnlyViewSet):
    """People in a program year, as the asking role may see them."""

    model = Enrollment
    related = ("year__program", "person", "registration", "specialty", "institution")
    serializer_class = EnrollmentSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = EnrollmentFilter
    ordering = ("year__program__code", "-year__year", "region__order", "pk")

    def get_queryset(self) -> Any:
        # what is not given out is not even deciphered
        return super().get_queryset().defer("person__id_number", "person__phone")
