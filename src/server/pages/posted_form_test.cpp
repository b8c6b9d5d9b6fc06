#include "server/pages/posted_form.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

using testing::ElementsAre;
using testing::Pair;

Request request(std::string body, const char* type = "application/x-www-form-urlencoded") {
  Request request;
  request.method = "POST";
  if (type != nullptr) request.headers.emplace("content-type", type);
  request.body = std::move(body);
  return request;
}

int status_of(const Request& request) {
  const auto form = PostedForm::of(request);
  return form ? 200 : form.error().status;
}

TEST(PostedForm, FieldsAreDecodedInOrder) {
  const auto form = PostedForm::of(request("name=Ada+L&&password=%26%3D%C3%A4&empty=&bare"));
  ASSERT_TRUE(form);
  EXPECT_THAT(form->fields(), ElementsAre(Pair("name", "Ada L"), Pair("password", "&=ä"), Pair("empty", ""),
                                          Pair("bare", "")));
  EXPECT_EQ(form->value("name"), "Ada L");
  EXPECT_EQ(form->value("absent"), "");
}

TEST(PostedForm, EmptyBodyIsAFormWithoutFields) {
  EXPECT_TRUE(PostedForm::of(request(""))->fields().empty());
}

TEST(PostedForm, TypeMayHaveParametersAndAnyCase) {
  EXPECT_EQ(status_of(request("a=1", "Application/X-WWW-Form-Urlencoded ; charset=UTF-8")), 200);
}

TEST(PostedForm, OtherTypesAreRefused) {
  for (const char* type : {"application/json", "text/plain", "multipart/form-data; boundary=x", "",
                           "application/x-www-form-urlencodedx"}) {
    EXPECT_EQ(status_of(request("a=1", type)), 415) << type;
  }
  EXPECT_EQ(status_of(request("a=1", nullptr)), 415);
}

TEST(PostedForm, FieldThatComesTwiceIsRefused) {
  EXPECT_EQ(status_of(request("name=a&name=b")), 400);
  EXPECT_EQ(status_of(request("name=a&n%61me=b")), 400);
}

TEST(PostedForm, MalformedTextIsRefused) {
  for (const char* body : {"a=%", "a=%4", "a=%zz", "a=%ff", "%c0%80=1"}) {
    EXPECT_EQ(status_of(request(body)), 400) << body;
  }
}

TEST(PostedForm, SizeHasABound) {
  EXPECT_EQ(status_of(request("a=" + std::string(PostedForm::bytes_max - 2, 'x'))), 200);
  EXPECT_EQ(status_of(request("a=" + std::string(PostedForm::bytes_max - 1, 'x'))), 413);
  std::string many;
  for (std::size_t i = 0; i < PostedForm::fields_max; ++i) many += std::to_string(i) + "=&";
  EXPECT_EQ(status_of(request(many)), 200);
  EXPECT_EQ(status_of(request(many + "one=more")), 413);
}

}  // namespace
}  // namespace chatserver::server
